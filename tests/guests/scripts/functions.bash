# Functions, local variables, name references, recursion, traps, select features.
fib() {
    local -i n=$1
    if ((n < 2)); then result=$n; return; fi
    fib $((n - 1))
    local -i left=$result
    fib $((n - 2))
    ((result += left))
}
for n in 1 5 10 13; do fib $n; echo "fib($n) = $result"; done
swap() {
    local -n a=$1 b=$2
    local t=$a
    a=$b b=$t
}
x=1 y=2
swap x y
echo "$x $y"
join() { local IFS=$1; shift; joined="$*"; }
join + 1 2 3
echo "$joined = $(($joined))"
hanoi() {
    (($1 == 0)) && return
    hanoi $(($1 - 1)) $2 $4 $3
    ((moves++))
    hanoi $(($1 - 1)) $4 $3 $2
}
hanoi 6 a b c
echo "$moves moves"
declare -i integer=5*3
echo $integer
readonly constant=1
outer() { local v=outer; inner; }
inner() { echo "dynamic scope: $v, called by ${FUNCNAME[1]}"; }
outer
trap 'echo "caught USR1"' USR1
kill -USR1 $$
trap 'echo "error in line $LINENO"' ERR
false
trap - ERR
shopt -s extglob nullglob
case foo.tar.gz in *.@(zip|tar.*)) echo archive ;; esac
word=aaabbb
echo "${word##+(a)}" "${word/%+(b)/c}"
until read -r -t 5 line; do :; done
echo "read: $line"
read -r -n 6 part
echo "part: $part"
read -r discarded
read -r -a three
echo "${discarded# } ${#three[@]} $((three[0] + ${three[1]:-0}))"
