# Parameters and their expansion.
echo "$# arguments: $1, $2"
set -- one 'two words' three
for word in "$@"; do echo "[$word]"; done
echo "$*"
shift
echo "$# left, first is $1"
path=/usr/local/lib/libtide.so.2
echo "${path##*/} ${path%/*} ${path#*/} ${path%%.*} ${#path}"
unset nothing
echo "${nothing:-default} ${nothing-unset} ${path:+set} ${nothing:=assigned} $nothing"
empty=
echo "${empty:-was empty}${empty-not this}"
echo "$GREETING from the environment"
IFS=,
set -- a,b,c
list=x,y,z
for item in $list; do echo "<$item>"; done
unset IFS
a=1; b=a
eval "echo \$$b"
echo "status $?"
