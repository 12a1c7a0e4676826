# The game of life on a torus: loops over arrays until something breaks.
rows=8 columns=16
declare -A grid
for cell in 1,2 2,3 3,1 3,2 3,3 5,8 5,9 5,10; do grid[$cell]=1; done
show() {
    local r c line
    for ((r = 0; r < rows; r++)); do
        line=
        for ((c = 0; c < columns; c++)); do
            if [[ ${grid[$r,$c]} ]]; then line+='#'; else line+='.'; fi
        done
        echo "$line"
    done
}
step() {
    local -A next
    local r c n dr dc key
    for ((r = 0; r < rows; r++)); do
        for ((c = 0; c < columns; c++)); do
            n=0
            for dr in -1 0 1; do
                for dc in -1 0 1; do
                    ((dr == 0 && dc == 0)) && continue
                    key=$(( (r + dr + rows) % rows)),$(((c + dc + columns) % columns))
                    [[ ${grid[$key]} ]] && ((n++))
                done
            done
            if ((n == 3)) || { ((n == 2)) && [[ ${grid[$r,$c]} ]]; }; then next[$r,$c]=1; fi
        done
    done
    grid=()
    for key in "${!next[@]}"; do grid[$key]=1; done
}
for generation in 1 2 3; do
    show
    echo "-- $generation"
    step
done
show
