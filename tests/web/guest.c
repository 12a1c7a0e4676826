/* What the tests of the page run: one thing for each first argument. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static volatile sig_atomic_t changed;

static void window(int signal) {
    (void)signal;
    changed++;
}

static void size(void) {
    struct winsize size;
    ioctl(0, TIOCGWINSZ, &size);
    printf("size %dx%d\n", size.ws_col, size.ws_row);
    fflush(stdout);
}

/* Prints the terminal's size, and again whenever it changes. */
static void sizes(void) {
    struct sigaction action = {.sa_handler = window};
    sigaction(SIGWINCH, &action, NULL);
    for (;;) {
        size();
        pause();
    }
}

static volatile unsigned long turns;

/* Makes no system call. */
static void spin(void) {
    puts("spinning");
    fflush(stdout);
    for (;;) turns++;
}

/* Makes nothing else. */
static void call(void) {
    puts("calling");
    fflush(stdout);
    for (;;) getppid();
}

/* Ignores what the keyboard sends, and never asks whether it sent something. */
static void stubborn(void) {
    signal(SIGINT, SIG_IGN);
    spin();
}

__attribute__((noinline)) static unsigned long descend(unsigned long depth) {
    volatile unsigned long here = depth;
    return depth == 0 ? 0 : descend(depth - 1) + (here == depth);
}

/* By a call of itself: a translator might make it part of its caller otherwise. */
__attribute__((noinline)) static int touch_nothing(int depth) {
    if (depth > 0) return touch_nothing(depth - 1) + 1;
    return *(volatile int *)8;
}

/* Copies lines until their end. */
static void echo(void) {
    char line[4096];
    ssize_t length;
    while ((length = read(0, line, sizeof line)) > 0) {
        printf("got %zd: %.*s", length, (int)length, line);
        if (line[length - 1] != '\n') puts("");
        fflush(stdout);
    }
    puts("end");
}

/* Reads a file now and then until it says what is expected. */
static void wait_for(const char *path, const char *text) {
    char found[256] = "";
    while (strcmp(found, text) != 0) {
        FILE *file = fopen(path, "r");
        if (file != NULL) {
            if (fgets(found, sizeof found, file) == NULL) found[0] = 0;
            fclose(file);
        }
        usleep(20000);
    }
    puts("there it is");
}

static void flood(void) {
    for (unsigned long line = 0;; line++) printf("line %lu of very many that nobody will ever want to read\n", line);
}

int main(int count, char **words) {
    const char *what = count > 1 ? words[1] : "";
    if (!strcmp(what, "size")) sizes();
    if (!strcmp(what, "spin")) spin();
    if (!strcmp(what, "call")) call();
    if (!strcmp(what, "stubborn")) stubborn();
    if (!strcmp(what, "deep")) printf("%lu\n", descend(strtoul(words[2], NULL, 10)));
    if (!strcmp(what, "fault")) printf("%d\n", touch_nothing(count));
    if (!strcmp(what, "echo")) echo();
    if (!strcmp(what, "wait")) wait_for(words[2], words[3]);
    if (!strcmp(what, "flood")) flood();
    if (!strcmp(what, "error")) fputs("to standard error\n", stderr);
    if (!strcmp(what, "exit")) return atoi(words[2]);
    if (!strcmp(what, "environment")) printf("%s\n", getenv(words[2]) ? getenv(words[2]) : "(none)");
    return 0;
}
