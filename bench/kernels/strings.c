// Work on text, byte by byte: words are cut out, their case changed, compared,
// searched, replaced and joined; short ones also by the C library.
#define NAME "strings"
#include "bench.h"

#define LENGTH 48000u
static char text[LENGTH + 1], other[2 * LENGTH + 1];

NOINLINE static void make_text(uint32_t state) {
    static const char *const syllables[16] = {"ka", "to", "ri", "sen", "mal", "u", "pe", "lin",
                                              "Do", "Ga", "sha", "ve", "nor", "i", "bu", "tez"};
    uint32_t at = 0;
    while (at < LENGTH) {
        uint32_t random = bench_random(&state), parts = 1 + (random & 3);
        for (uint32_t i = 0; i < parts; i++) {
            random >>= 4;
            for (const char *from = syllables[random & 15]; *from && at < LENGTH; from++) text[at++] = *from;
        }
        if (at < LENGTH) text[at++] = "    .,\n;"[random >> 4 & 7];
    }
    text[LENGTH] = 0;
}

static int32_t is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

// Counts words and their letters.
NOINLINE static uint32_t count_words(const char *at) {
    uint32_t words = 0, longest = 0;
    while (*at) {
        while (*at && !is_letter(*at)) at++;
        const char *from = at;
        while (is_letter(*at)) at++;
        uint32_t length = (uint32_t)(at - from);
        if (length) words++;
        if (length > longest) longest = length;
    }
    return words * 64 + longest;
}

// Joins the words in small letters, each turned round, by one blank.
NOINLINE static uint32_t turn_words(char *into, const char *at) {
    char *start = into;
    while (*at) {
        while (*at && !is_letter(*at)) at++;
        const char *from = at;
        while (is_letter(*at)) at++;
        for (const char *back = at; back > from;) *into++ = lower(*--back);
        *into++ = ' ';
    }
    *into = 0;
    return (uint32_t)(into - start);
}

NOINLINE static uint32_t occurrences(const char *in, const char *what) {
    uint32_t count = 0;
    for (; *in; in++) {
        const char *a = in, *b = what;
        while (*b && *a == *b) a++, b++;
        count += !*b;
    }
    return count;
}

NOINLINE static uint32_t replace(char *into, const char *from, const char *what, const char *by) {
    char *start = into;
    size_t length = strlen(what), longer = strlen(by);
    while (*from) {
        if (*from == *what && strncmp(from, what, length) == 0) {
            memcpy(into, by, longer);
            into += longer;
            from += length;
        } else {
            *into++ = *from++;
        }
    }
    *into = 0;
    return (uint32_t)(into - start);
}

// Compares neighbouring words by the library, and by its own loop without case.
NOINLINE static uint64_t neighbours(const char *at) {
    char before[80] = "", word[80];
    uint64_t sum = 0;
    while (*at) {
        uint32_t length = 0;
        while (*at && !is_letter(*at)) at++;
        while (is_letter(*at)) word[length++] = *at++;
        word[length] = 0;
        int32_t order = strcmp(before, word);
        const char *a = before, *b = word;
        while (*a && lower(*a) == lower(*b)) a++, b++;
        sum = sum * 5 + (order < 0 ? 1 : order > 0 ? 2 : 0) + (lower(*a) < lower(*b) ? 3 : 0);
        sum ^= strlen(word) << 8;
        if (strchr(word, 'k')) sum += 17;
        strcpy(before, word);
    }
    return sum;
}

NOINLINE static int32_t like(const char *text, const char *end, const char *pattern) {
    for (; *pattern; pattern++) {
        if (*pattern == '*') {
            for (const char *at = text;; at++) {
                if (like(at, end, pattern + 1)) return 1;
                if (at == end) return 0;
            }
        }
        if (text == end || (*pattern != '?' && *pattern != *text)) return 0;
        text++;
    }
    return text == end;
}

NOINLINE static uint32_t matching_lines(const char *at, const char *pattern) {
    uint32_t count = 0;
    while (*at) {
        const char *from = at;
        while (*at && *at != '\n') at++;
        count += (uint32_t)like(from, at, pattern);
        at += *at == '\n';
    }
    return count;
}

static uint64_t work(void) {
    uint64_t sum = 0;
    for (uint32_t round = 0; round < 6; round++) {
        make_text(bench_seed + round);
        sum = bench_mix(sum, count_words(text));
        sum = bench_mix(sum, turn_words(other, text));
        sum = bench_mix(sum, occurrences(other, "irot"));
        sum = bench_mix(sum, occurrences(text, "senDo"));
        sum = bench_mix(sum, neighbours(text));
        sum = bench_mix(sum, matching_lines(text, "*ri*mal?*nor*"));
        uint32_t length = replace(other, text, "ka", "longer");
        sum = bench_mix(sum, length);
        for (uint32_t i = 0; i < length; i++) sum = sum * 31 + (uint8_t)other[i];
    }
    return sum;
}
