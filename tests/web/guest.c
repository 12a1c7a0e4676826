/* What the tests of the page run: one thing for each first argument. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
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

static volatile sig_atomic_t interrupted;

static void interrupt(int signal) {
    (void)signal;
    interrupted = 1;
}

/* Ends by itself when it is interrupted in a loop without system calls. */
static void handle(void) {
    signal(SIGINT, interrupt);
    puts("spinning");
    fflush(stdout);
    while (!interrupted) turns++;
    puts("handled");
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

/* Writes until there is no room, and again into another file; then waits. */
static void fill(void) {
    static char block[1 << 16];
    memset(block, 'x', sizeof block);
    for (int round = 0; round < 2; round++) {
        long sum = 0;
        ssize_t length;
        int file = open(round ? "/tmp/second" : "/tmp/first", O_WRONLY | O_CREAT, 0644);
        while ((length = write(file, block, sizeof block)) > 0) sum += length;
        printf("%ld MiB: %s\n", sum >> 20, strerror(errno));
        close(file);
    }
    /* A hole takes no room, nor does its length. */
    int file = open("/tmp/hole", O_RDWR | O_CREAT, 0644);
    if (ftruncate(file, 1L << 40) != 0) printf("a hole: %s\n", strerror(errno));
    fflush(stdout);
    pause();
}

/* Takes memory until there is none, and uses it; then waits. */
static void hog(void) {
    long sum = 0;
    for (size_t size = 64 << 20; size >= 4096; size /= 2) {
        char *piece;
        while ((piece = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) != MAP_FAILED) {
            memset(piece, 1, size);
            sum += size;
        }
    }
    printf("%ld MiB: %s\n", sum >> 20, strerror(errno));
    fflush(stdout);
    pause();
}

/* Would be as many processes as there can be. */
static void forks(void) {
    for (unsigned long tried = 1;; tried++) {
        pid_t child = fork();
        if (child >= 0) puts("there is another process");
        if (tried == 1) printf("fork: %s\n", strerror(errno)), fflush(stdout);
    }
}

/* Reads files again and again, each as a whole. */
static void fetch(int times, int count, char **paths) {
    static char block[1 << 16];
    long sum = 0;
    for (int round = 0; round < times; round++) {
        for (int at = 0; at < count; at++) {
            ssize_t length;
            int file = open(paths[at], O_RDONLY);
            while ((length = read(file, block, sizeof block)) > 0) sum += length;
            close(file);
        }
    }
    printf("%ld bytes\n", sum);
}

static void raw(void) {
    struct termios mode;
    tcgetattr(0, &mode);
    cfmakeraw(&mode);
    mode.c_oflag |= OPOST;
    mode.c_lflag |= ISIG;
    tcsetattr(0, TCSANOW, &mode);
}

/* Asks the terminal what it can be asked, and prints what it answers. */
static void answers(void) {
    static const char *const questions[] = {
        "\033[c",          "\033[>c",         "\033[=c",          "\033[>q",          "\033[5n",
        "\033[6n",         "\033[?6n",        "\033[18t",         "\033[20t",         "\033[21t",
        "\033[?2026$p",    "\005",            "\033]10;?\007",    "\033]4;1;?\007",   "\033]52;c;?\007",
        "\033P$qm\033\\", "\033P$qHARM\r\n\033\\", "\033P+q4841524d\033\\", "\033]2;HARM\007\033[21t",
        "\033]1337;ReportCellSize\007", "\033]8;;HARM\007x\033]8;;\007",
    };
    raw();
    for (size_t at = 0; at < sizeof questions / sizeof *questions; at++) {
        struct pollfd input = {.fd = 0, .events = POLLIN};
        char answer[256];
        printf("%s", questions[at]);
        fflush(stdout);
        while (poll(&input, 1, 100) > 0) {
            ssize_t length = read(0, answer, sizeof answer);
            printf("\n%zu:", at);
            for (ssize_t byte = 0; byte < length; byte++) {
                if (isgraph((unsigned char)answer[byte])) putchar(answer[byte]);
                else printf("<%02x>", (unsigned char)answer[byte]);
            }
            fflush(stdout);
        }
    }
    puts("\nall asked");
}

/* Asks the terminal again and again, and reads no answer. */
static void ask(void) {
    raw();
    puts("asking");
    for (;;) fputs("\033[6n", stdout);
}

int main(int count, char **words) {
    const char *what = count > 1 ? words[1] : "";
    if (!strcmp(what, "size")) sizes();
    if (!strcmp(what, "spin")) spin();
    if (!strcmp(what, "call")) call();
    if (!strcmp(what, "stubborn")) stubborn();
    if (!strcmp(what, "handle")) handle();
    if (!strcmp(what, "fill")) fill();
    if (!strcmp(what, "hog")) hog();
    if (!strcmp(what, "forks")) forks();
    if (!strcmp(what, "fetch")) fetch(atoi(words[2]), count - 3, words + 3);
    if (!strcmp(what, "answers")) answers();
    if (!strcmp(what, "ask")) ask();
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
