// Memory from the kernel: mmap, mremap, munmap, mprotect, brk, files in memory.
// run: @dir@
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 2 || chdir(argv[1]) != 0) return 1;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    printf("page %zu\n", page);
    char *p = mmap(NULL, 5 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int zero = 1;
    for (size_t i = 0; i < 5 * page; i++) zero &= p[i] == 0;
    printf("%d %d\n", zero, (int)((uintptr_t)p % page));
    for (int i = 0; i < 5; i++) p[(size_t)i * page] = (char)('a' + i);
    printf("%d\n", munmap(p + 4 * page, page));
    p = mremap(p, 4 * page, 40 * page, MREMAP_MAYMOVE);
    printf("%c%c%c%c %d\n", p[0], p[page], p[2 * page], p[3 * page], p[39 * page]);
    p = mremap(p, 40 * page, 2 * page, 0);
    printf("%d %d %d\n", mprotect(p, page, PROT_READ), mprotect(p, page, PROT_READ | PROT_WRITE), madvise(p, page, MADV_DONTNEED));
    printf("%d %c\n", p[0], p[page]);
    char *fixed = mmap(p, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    printf("%d %d\n", fixed == p, p[0]);
    munmap(p, 2 * page);
    errno = 0;
    printf("%d %d\n", mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED, errno == EINVAL);

    // The kernel's own call: a C library may refuse to move the break.
    long before = syscall(SYS_brk, 0), after = syscall(SYS_brk, before + 3 * 4096);
    memset((char *)before, 7, 3 * 4096);
    printf("%ld %ld\n", after - before, syscall(SYS_brk, before) - before);

    int fd = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0644);
    for (int i = 0; i < 1000; i++) dprintf(fd, "%07d\n", i);
    char *file = mmap(NULL, 8000, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    printf("%.7s %.7s %d\n", file, file + 7992, file[8000]);
    memcpy(file, "private", 7);
    char *second = mmap(NULL, page, PROT_READ, MAP_PRIVATE, fd, (off_t)page);
    printf("%.7s %.7s\n", file, second);
    char head[8] = {0};
    pread(fd, head, 7, 0);
    printf("%s\n", head);
    munmap(file, 8000);
    close(fd);
    struct rlimit stack;
    printf("%d %d\n", getrlimit(RLIMIT_STACK, &stack), stack.rlim_cur >= 1 << 20);
    return 0;
}
