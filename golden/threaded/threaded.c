// flags: -O2
// The state machine once more, as gcc -O2 has it when nothing holds it back: it
// copies the end of the loop into each case, with the next state already known,
// and so makes a web of jumps that is entered in many places.
#include "../statemachine/statemachine.c"
