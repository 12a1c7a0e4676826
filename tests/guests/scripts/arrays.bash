# Arrays, associative arrays, strings and regular expressions.
numbers=(5 3 9 1 7 2 8)
echo "${#numbers[@]} ${numbers[0]} ${numbers[-1]} ${numbers[@]:2:3} ${!numbers[@]}"
numbers+=(4 6)
unset 'numbers[1]'
echo "${numbers[*]}"
# Insertion sort.
sorted=()
for n in "${numbers[@]}"; do
    i=${#sorted[@]}
    while ((i > 0 && sorted[i - 1] > n)); do
        sorted[i]=${sorted[i - 1]}
        ((i--))
    done
    sorted[i]=$n
done
echo "${sorted[@]}"
declare -A ages=([ada]=36 [alan]=41 [grace]=85)
ages[kim]=20
total=0
for name in ada alan grace kim; do ((total += ages[$name])); done
echo "$total ${#ages[@]} ${ages[missing]:-none} ${ages[alan]+known}"
unset 'ages[alan]'
[[ -v ages[alan] ]] || echo 'alan is gone'
text='The Tide comes IN'
echo "${text^^} ${text,,} ${text/Tide/Sea} ${text//[A-Z]/_} ${text:4:4} ${text: -2}"
echo "${text@Q} ${text#* } ${text%% *}"
[[ 'key=value-42' =~ ^([a-z]+)=([a-z]+)-([0-9]+)$ ]] && echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]} $((BASH_REMATCH[3] + 1))"
[[ abc == a* && ! abc == *d && abc < abd ]] && echo 'patterns'
for ((i = 0, j = 10; i < j; i += 3, j--)); do printf '%d/%d ' $i $j; done
echo
printf '%s,' {a..e} {1..10..3} x{1,2}y
echo
printf '%q %(%Y-%m-%d)T\n' "it's" 86400
read -r one two rest <<< 'here is a string of words'
echo "$two / $rest"
mapfile -t lines <<< $'alpha\nbeta\ngamma'
echo "${#lines[@]} ${lines[2]}"
IFS=: read -ra parts <<< 'a:b::d'
declare -p parts
printf -v padded '%05d' 42
echo "$padded $((16#ff)) $((2#1011)) $((2 ** 40)) $((RANDOM >= 0))"
