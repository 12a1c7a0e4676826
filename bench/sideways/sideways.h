// The frame of the programs here, which leave translated code again and again and come
// back. It is that of the kernels, but a program has several figures, and a repetition
// makes a number of events that it tells, so that a figure is the time of one event.
//
//     10000 events: setjmp checksum=0x0123456789abcdef best_ns=1234567 first_ns=2345678
//
// A program includes this file and says what it has:
//
//     static const struct figure figures[] = {{"setjmp", 10000, round_trips}, {0, 0, 0}};
//     int main(int argc, char **argv) { return measure(figures, argc, argv); }
//
// `program FIGURE [REPETITIONS [WARM-UP]]`; without arguments it lists its figures.
#ifndef SIDEWAYS_H
#define SIDEWAYS_H

static const char *figure_name;
#define NAME figure_name
#define OWN_MAIN
#include "../kernels/bench.h"

struct figure {
    const char *name;
    // How many events a repetition makes.
    uint32_t events;
    uint64_t (*repetition)(uint32_t events);
};

// Ends a program that cannot go on.
__attribute__((noreturn, unused)) static void give_up(const char *why) {
    fprintf(stderr, "%s: %s\n", figure_name, why);
    exit(1);
}

// The whole of main.
static int measure(const struct figure *figure, int argc, char **argv) {
    if (argc < 2) {
        for (; figure->name; figure++) puts(figure->name);
        return 0;
    }
    while (figure->name && strcmp(figure->name, argv[1]) != 0) figure++;
    if (!figure->name) {
        fprintf(stderr, "there is no figure %s\n", argv[1]);
        return 2;
    }
    figure_name = figure->name;
    struct bench bench;
    bench_begin(&bench, argc - 1, argv + 1);
    while (bench_next(&bench)) bench_end(&bench, figure->repetition(figure->events));
    printf("%" PRIu32 " events: ", figure->events);
    return bench_report(&bench);
}

#endif
