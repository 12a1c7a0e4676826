# Control flow: case patterns, loops, functions, here-documents, traps.
for word in apple Banana 42 '' file.txt a-b '*'; do
    case $word in
        [0-9]*) kind=number ;;
        [A-Z]*) kind=capital ;;
        *.txt) kind=file ;;
        '') kind=empty ;;
        '*') kind=star ;;
        a?b | b?a) kind=dashed ;;
        *) kind=other ;;
    esac
    echo "$word: $kind"
done
depth() {
    if [ "$1" -eq 0 ]; then return 3; fi
    depth $(($1 - 1))
}
depth 20
echo "returned $?"
until [ "${n:=0}" -ge 5 ]; do
    n=$((n + 1))
    [ $n -eq 2 ] && continue
    [ $n -eq 4 ] && break
    echo "turn $n"
done
while read -r first rest; do
    echo "read '$first' and '$rest'"
done
cat_here() { while IFS= read -r line; do echo "| $line"; done; }
cat_here <<END
expanded: $GREETING
  indented \$literal
END
cat_here <<'END'
not expanded: $GREETING
END
if ! false && { true || false; }; then echo 'logic holds'; fi
trap 'echo "leaving with $?"' EXIT
exit 7
