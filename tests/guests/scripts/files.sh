# Redirections and tests on files; the third argument is a directory to use.
cd "$3" || exit 1
echo 'first line' > out.txt
echo 'second line' >> out.txt
echo third >> out.txt
exec 3< out.txt
read -r a <&3
read -r b <&3
exec 3<&-
echo "$a / $b"
for f in out.txt missing .; do
    [ -e "$f" ] && echo "$f exists"
    [ -f "$f" ] && echo "$f is a file"
    [ -d "$f" ] && echo "$f is a directory"
    [ -s "$f" ] && echo "$f is not empty"
done
{ echo grouped; echo 'to a file'; } > group.txt
count=0
while read -r line; do count=$((count + 1)); done < out.txt
echo "$count lines"
echo 'to standard error' >&2
ls_glob() { for f in *.txt; do echo "glob $f"; done; }
ls_glob
umask 022
: > empty.txt
[ -s empty.txt ] || echo 'empty.txt is empty'
