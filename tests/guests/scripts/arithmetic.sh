# Arithmetic in every POSIX shell.
i=0 sum=0
while [ $i -lt 200 ]; do
    sum=$((sum + i * i % 7))
    i=$((i + 1))
done
echo "sum $sum"
echo $((1 << 20)) $((7 / 2)) $((-7 / 2)) $((-7 % 3)) $((0x1f)) $((5 > 3 && 2 < 1)) $((5 ? 10 : 20)) $((~5 & 0xff))
gcd() {
    a=$1 b=$2
    while [ $b -ne 0 ]; do t=$((a % b)); a=$b; b=$t; done
    echo "gcd $a"
}
gcd 1071 462
# Primes, by trial.
n=2
while [ $n -lt 60 ]; do
    d=2 prime=1
    while [ $((d * d)) -le $n ]; do
        if [ $((n % d)) -eq 0 ]; then prime=0; break; fi
        d=$((d + 1))
    done
    [ $prime -eq 1 ] && list="$list $n"
    n=$((n + 1))
done
echo "primes$list"
fact() { if [ "$1" -le 1 ]; then r=1; else fact $(($1 - 1)); fi; r=$((r * ($1 > 1 ? $1 : 1))); }
# The argument is gone when the recursion returns: keep the depths small.
for k in 1 2 3; do fact $k; echo "$k: $r"; done
