// JSON: a text is written from random values, parsed into a tree by recursive
// descent, queried, and written again from the tree.
#define NAME "json"
#include "bench.h"

enum kind { NOTHING, FALSE, TRUE, NUMBER, TEXT, LIST, OBJECT };

struct value {
    enum kind kind;
    double number;
    const char *text, *key;         // in the pool of characters
    struct value *first, *last, *next;
};

#define LENGTH 150000u
static char text[LENGTH + 4096], again[LENGTH + 4096], characters[LENGTH];
static struct value values[40000];
static uint32_t value_count, character_count;

// What is written goes here.
struct writer {
    char *at;
    uint32_t state;
};

static void put(struct writer *to, const char *what) {
    while (*what) *to->at++ = *what++;
}
static void put_count(struct writer *to, uint32_t number) {
    char digits[10];
    uint32_t count = 0;
    do digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count) *to->at++ = digits[--count];
}

static void put_random(struct writer *to, uint32_t depth) {
    static const char *const texts[8] = {"\"\"", "\"short\"", "\"with \\\"quotes\\\"\"", "\"line\\nfeed\"",
                                         "\"tab\\tand \\u00e9\"", "\"a rather longer text than the others\"", "null", "true"};
    static const char *const keys[8] = {"\"id\":", "\"name\":", "\"tags\" : ", "\"x\":", "\"y\":", "\"nested\":", "\"k\": ", "\"v\":"};
    uint32_t random = bench_random(&to->state), count = 2 + (random >> 8) % 6;
    if (depth == 0 || (depth < 4 && random % 4 < 2)) {
        if (random & 16) {
            put(to, texts[random >> 29]);
            return;
        }
        if (random & 32) *to->at++ = '-';
        put_count(to, random >> (random & 15));
        if (random & 64) put(to, "."), put_count(to, random >> 20);
        if (random & 128 && random & 256) put(to, "e-"), put_count(to, random >> 29);
        return;
    }
    put(to, random & 1 ? "[" : "{ ");
    for (uint32_t i = 0; i < count; i++) {
        if (i) put(to, random & 4 ? ",\n  " : ",");
        if (!(random & 1)) put(to, keys[((random >> 12) + i) & 7]);
        put_random(to, depth - 1);
    }
    put(to, random & 1 ? "]" : "}");
}

static void skip(const char **at) {
    while (**at == ' ' || **at == '\n' || **at == '\t' || **at == '\r') ++*at;
}

static uint32_t hex(const char *at) {
    uint32_t code = 0;
    for (uint32_t i = 0; i < 4; i++) code = code << 4 | (uint32_t)(at[i] <= '9' ? at[i] - '0' : (at[i] | 32) - 'a' + 10);
    return code;
}

NOINLINE static const char *parse_text(const char **at) {
    char *start = characters + character_count, *into = start;
    const char *from = *at + 1;
    for (; *from && *from != '"'; from++) {
        if (*from != '\\') {
            *into++ = *from;
            continue;
        }
        switch (*++from) {
        case 'n': *into++ = '\n'; break;
        case 't': *into++ = '\t'; break;
        case 'u': {
            uint32_t code = hex(from + 1);
            from += 4;
            if (code >= 0x80) *into++ = (char)(0xc0 | code >> 6), code = 0x80 | (code & 0x3f);
            *into++ = (char)code;
            break;
        }
        default: *into++ = *from;
        }
    }
    *into++ = 0;
    character_count = (uint32_t)(into - characters);
    *at = from + 1;
    return start;
}

NOINLINE static double parse_number(const char **at) {
    const char *from = *at;
    double number = 0, part = 1;
    int32_t negative = *from == '-';
    from += negative;
    while (*from >= '0' && *from <= '9') number = number * 10 + (*from++ - '0');
    if (*from == '.') {
        for (from++; *from >= '0' && *from <= '9'; from++) number += (*from - '0') * (part /= 10);
    }
    if ((*from | 32) == 'e') {
        int32_t down = *++from == '-', exponent = 0;
        from += *from == '-' || *from == '+';
        while (*from >= '0' && *from <= '9') exponent = exponent * 10 + (*from++ - '0');
        while (exponent-- > 0) number = down ? number / 10 : number * 10;
    }
    *at = from;
    return negative ? -number : number;
}

static struct value *parse(const char **at) {
    struct value *value = &values[value_count++];
    memset(value, 0, sizeof *value);
    skip(at);
    switch (**at) {
    case '[':
    case '{': {
        char end = **at == '[' ? ']' : '}';
        value->kind = end == ']' ? LIST : OBJECT;
        do {
            const char *key = NULL;
            ++*at;
            if (end == '}') {
                skip(at);
                key = parse_text(at);
                skip(at);
                ++*at;
            }
            struct value *part = parse(at);
            part->key = key;
            if (value->last) value->last->next = part;
            else value->first = part;
            value->last = part;
            skip(at);
        } while (**at == ',');
        ++*at;
        break;
    }
    case '"':
        value->kind = TEXT;
        value->text = parse_text(at);
        break;
    case 'n': value->kind = NOTHING, *at += 4; break;
    case 't': value->kind = TRUE, *at += 4; break;
    case 'f': value->kind = FALSE, *at += 5; break;
    default:
        value->kind = NUMBER;
        value->number = parse_number(at);
    }
    return value;
}

// The sum of all numbers under a key.
NOINLINE static double total(const struct value *value, const char *key) {
    double sum = value->kind == NUMBER && value->key && strcmp(value->key, key) == 0 ? value->number : 0;
    for (const struct value *part = value->first; part; part = part->next) sum += total(part, key);
    return sum;
}

static void write_text(struct writer *to, const char *from) {
    *to->at++ = '"';
    for (; *from; from++) {
        switch (*from) {
        case '"': put(to, "\\\""); break;
        case '\n': put(to, "\\n"); break;
        case '\t': put(to, "\\t"); break;
        default: *to->at++ = *from;
        }
    }
    *to->at++ = '"';
}

static void write(struct writer *to, const struct value *value) {
    if (value->key) write_text(to, value->key), put(to, ":");
    switch (value->kind) {
    case NOTHING: put(to, "null"); break;
    case FALSE: put(to, "false"); break;
    case TRUE: put(to, "true"); break;
    case NUMBER:
        if (value->number < 0) *to->at++ = '-';
        put_count(to, (uint32_t)(value->number < 0 ? -value->number : value->number));
        break;
    case TEXT: write_text(to, value->text); break;
    case LIST:
    case OBJECT:
        put(to, value->kind == LIST ? "[" : "{");
        for (const struct value *part = value->first; part; part = part->next) {
            if (part != value->first) put(to, ",");
            write(to, part);
        }
        put(to, value->kind == LIST ? "]" : "}");
    }
}

static uint64_t work(void) {
    struct writer to = {text, bench_seed};
    uint64_t sum = 0;
    put(&to, "[");
    while ((uint32_t)(to.at - text) < LENGTH - 32768) {
        put_random(&to, 5);
        put(&to, ",\n");
    }
    put(&to, "0]");
    *to.at = 0;
    for (uint32_t round = 0; round < 8; round++) {
        value_count = character_count = 0;
        const char *at = text;
        struct value *root = parse(&at);
        sum = bench_mix(sum, bench_bits(total(root, "id")));
        sum = bench_mix(sum, bench_bits(total(root, round & 1 ? "x" : "nested")));
        sum = bench_mix(sum, (uint64_t)value_count << 32 | character_count);
        struct writer back = {again, 0};
        write(&back, root);
        for (const char *c = again; c < back.at; c++) sum = sum * 31 + (uint8_t)*c;
    }
    return sum;
}
