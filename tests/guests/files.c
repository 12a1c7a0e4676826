// Files and directories below the directory that the first argument names.
// run: @dir@
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void list(const char *path) {
    char *names[32];
    int n = 0;
    DIR *dir = opendir(path);
    if (!dir) { printf("opendir: %s\n", strerror(errno)); return; }
    for (struct dirent *e; (e = readdir(dir)) && n < 32;)
        names[n++] = strdup(e->d_name);
    closedir(dir);
    qsort(names, (size_t)n, sizeof *names, by_name);
    for (int i = 0; i < n; i++) { printf("%s ", names[i]); free(names[i]); }
    putchar('\n');
}

static void report(const char *what, long result) {
    printf("%s: %ld %s\n", what, result, result < 0 ? strerror(errno) : "");
}

int main(int argc, char **argv) {
    if (argc != 2 || chdir(argv[1]) != 0) { perror("chdir"); return 1; }
    char buffer[256], where[PATH_MAX];
    printf("cwd %s\n", getcwd(where, sizeof where) && !strcmp(where, argv[1]) ? "right" : where);

    FILE *f = fopen("lines.txt", "w");
    for (int i = 0; i < 300; i++) fprintf(f, "line %d of many\n", i);
    printf("at %ld\n", ftell(f));
    report("fclose", fclose(f));
    f = fopen("lines.txt", "r+");
    fseek(f, 7 * 16, SEEK_SET);
    printf("%s", fgets(buffer, sizeof buffer, f));
    fseek(f, -10, SEEK_END);
    printf("[%zu] %.9s\n", fread(buffer, 1, 100, f), buffer);
    fseek(f, 0, SEEK_SET);
    fputs("LINE", f);
    rewind(f);
    printf("%s", fgets(buffer, sizeof buffer, f));
    fclose(f);

    int fd = open("raw", O_RDWR | O_CREAT | O_EXCL, 0640);
    report("write", write(fd, "0123456789", 10));
    report("pwrite", pwrite(fd, "xyz", 3, 4));
    report("lseek", lseek(fd, 2, SEEK_SET));
    report("read", read(fd, buffer, 100));
    printf("%.8s\n", buffer);
    report("past the end", pread(fd, buffer, 4, 100));
    report("hole", pwrite(fd, "end", 3, 5000));
    struct stat st;
    fstat(fd, &st);
    printf("size %ld mode %o regular %d links %d\n", (long)st.st_size, st.st_mode & 0777, S_ISREG(st.st_mode), (int)st.st_nlink);
    report("truncate", ftruncate(fd, 6));
    struct iovec parts[] = {{"gather", 6}, {"", 0}, {"ed", 2}};
    lseek(fd, 0, SEEK_END);
    report("writev", writev(fd, parts, 3));
    int copy = dup(fd);
    report("shared position", lseek(copy, 0, SEEK_CUR));
    close(copy);
    report("close", close(fd));
    report("close again", close(fd));
    report("again", open("raw", O_RDWR | O_CREAT | O_EXCL, 0640));
    report("missing", open("no/such/file", O_RDONLY));
    report("access", access("raw", R_OK | W_OK));

    report("mkdir", mkdir("sub", 0755));
    report("mkdir again", mkdir("sub", 0755));
    report("rename", rename("raw", "sub/cooked"));
    report("link", symlink("sub/cooked", "pointer"));
    ssize_t n = readlink("pointer", buffer, sizeof buffer);
    printf("%.*s\n", (int)n, buffer);
    fd = open("pointer", O_RDONLY);
    n = read(fd, buffer, sizeof buffer);
    printf("%.*s\n", (int)n, buffer);
    close(fd);
    lstat("pointer", &st);
    printf("symlink %d size %ld\n", S_ISLNK(st.st_mode), (long)st.st_size);
    fd = open("sub", O_RDONLY | O_DIRECTORY);
    report("openat", openat(fd, "cooked", O_WRONLY | O_APPEND));
    report("read a directory", read(fd, buffer, 10));
    close(fd);
    list(".");
    list("sub");
    report("rmdir", rmdir("sub"));
    report("not a directory", chdir("lines.txt"));
    report("unlink", unlink("pointer"));
    report("unlink", unlink("sub/cooked"));
    report("rmdir", rmdir("sub"));
    report("chmod", chmod("lines.txt", 0600));
    stat("lines.txt", &st);
    printf("mode %o size %ld\n", st.st_mode & 0777, (long)st.st_size);
    list(".");

    FILE *t = tmpfile();
    if (t) { fputs("temporary", t); rewind(t); printf("%s\n", fgets(buffer, sizeof buffer, t)); fclose(t); }
    int ends[2];
    report("pipe", pipe(ends));
    report("into it", write(ends[1], "water", 5));
    close(ends[1]);
    report("out of it", read(ends[0], buffer, 100));
    report("at its end", read(ends[0], buffer, 100));
    return 0;
}
