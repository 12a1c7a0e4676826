// Memory for code that a program makes.
#ifndef CODE_H
#define CODE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

// Memory that is written and executed; NULL if there is none.
static unsigned char *code_memory(size_t size) {
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at == MAP_FAILED ? NULL : at;
}

// Says that there is new code.
static void code_changed(unsigned char *from, unsigned char *to) {
    __builtin___clear_cache((char *)from, (char *)to);
}

#endif
