// The calendar for fixed times, and clocks for what can be said of them.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    static const time_t moments[] = {0, 951782400, 1000000000, 1709210096, 4102444799, -1};
    char text[100];
    setenv("TZ", "UTC0", 1);
    tzset();
    for (int i = 0; i < 6; i++) {
        struct tm t;
        gmtime_r(&moments[i], &t);
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %a %b %j %U %G-W%V %p %y %Z", &t);
        printf("%s %ld\n", text, (long)(timegm(&t) - moments[i]));
    }
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    struct tm summer = {.tm_year = 124, .tm_mon = 6, .tm_mday = 35, .tm_hour = 12, .tm_isdst = -1};
    time_t when = mktime(&summer);
    strftime(text, sizeof text, "%F %T %Z %z", &summer);
    printf("%s %ld %d\n", text, (long)when, summer.tm_isdst);
    printf("%s", ctime(&when));

    struct timespec a, b, resolution;
    struct timeval tv;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < 100; i++) clock_gettime(CLOCK_MONOTONIC, &b);
    printf("monotonic %d\n", b.tv_sec > a.tv_sec || (b.tv_sec == a.tv_sec && b.tv_nsec >= a.tv_nsec));
    clock_gettime(CLOCK_REALTIME, &a);
    gettimeofday(&tv, NULL);
    printf("agree %d\n", labs(a.tv_sec - tv.tv_sec) <= 5 && labs(a.tv_sec - time(NULL)) <= 5);
    printf("this century %d\n", a.tv_sec > 1600000000 && a.tv_sec < 4102444800);
    printf("resolution %d\n", clock_getres(CLOCK_MONOTONIC, &resolution) == 0 && resolution.tv_sec == 0);
    printf("clock %d\n", clock() >= 0);
    struct timespec nap = {0, 2000000};
    clock_gettime(CLOCK_MONOTONIC, &a);
    int slept = nanosleep(&nap, NULL);
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("slept %d %d\n", slept, (b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec >= 2000000);
    struct rusage usage;
    struct tms times_now;
    struct rlimit limit;
    printf("%d %d %d\n", getrusage(RUSAGE_SELF, &usage), times(&times_now) != (clock_t)-1, getrlimit(RLIMIT_NOFILE, &limit));
    printf("pid %d, uid %d\n", getpid() > 0, getuid() == geteuid());
    unsigned char random[16];
    int zeros = 0;
    if (getentropy(random, sizeof random) == 0)
        for (int i = 0; i < 16; i++) zeros += random[i] == 0;
    printf("random %d\n", zeros < 8);
    return 0;
}
