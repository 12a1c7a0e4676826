// Pointers to structures: linked lists, a binary tree, a graph walk.
#include <stdio.h>
#include <stdlib.h>

struct link {
    int value;
    struct link *next;
};

static struct link *push(struct link *list, int value) {
    struct link *new = malloc(sizeof *new);
    *new = (struct link){value, list};
    return new;
}

static struct link *reverse(struct link *list) {
    struct link *done = NULL;
    while (list) {
        struct link *next = list->next;
        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

static struct link *merge_sort(struct link *list) {
    if (!list || !list->next)
        return list;
    struct link *slow = list, *fast = list->next;
    while (fast && fast->next) {
        slow = slow->next;
        fast = fast->next->next;
    }
    struct link *right = slow->next;
    slow->next = NULL;
    list = merge_sort(list);
    right = merge_sort(right);
    struct link head, *tail = &head;
    while (list && right) {
        struct link **from = list->value <= right->value ? &list : &right;
        tail = tail->next = *from;
        *from = (*from)->next;
    }
    tail->next = list ? list : right;
    return head.next;
}

struct tree {
    struct tree *left, *right;
    int key, priority;
};

static struct tree *rotate(struct tree *t, int to_right) {
    struct tree *up = to_right ? t->left : t->right;
    if (to_right) { t->left = up->right; up->right = t; }
    else { t->right = up->left; up->left = t; }
    return up;
}

static struct tree *insert(struct tree *t, int key, int priority) {
    if (!t) {
        t = calloc(1, sizeof *t);
        t->key = key;
        t->priority = priority;
    } else if (key < t->key) {
        t->left = insert(t->left, key, priority);
        if (t->left->priority < t->priority) t = rotate(t, 1);
    } else if (key > t->key) {
        t->right = insert(t->right, key, priority);
        if (t->right->priority < t->priority) t = rotate(t, 0);
    }
    return t;
}

static int height(const struct tree *t) {
    if (!t) return 0;
    int l = height(t->left), r = height(t->right);
    return 1 + (l > r ? l : r);
}

static long walk(const struct tree *t, long so_far) {
    return t ? walk(t->right, walk(t->left, so_far) * 7 % 1000007 + t->key) : so_far;
}

int main(void) {
    struct link *list = NULL;
    unsigned seed = 3;
    for (int i = 0; i < 300; i++) {
        seed = seed * 69069 + 1;
        list = push(list, (int)(seed >> 16) % 997);
    }
    list = merge_sort(reverse(list));
    int shown = 0, ordered = 1;
    for (struct link *l = list; l; l = l->next) {
        if (shown++ % 50 == 0) printf("%d ", l->value);
        if (l->next && l->next->value < l->value) ordered = 0;
    }
    printf("%s\n", ordered ? "ordered" : "out of order");
    struct tree *t = NULL;
    for (int i = 0; i < 500; i++) {
        seed = seed * 69069 + 1;
        t = insert(t, i * 37 % 501, (int)(seed >> 8));
    }
    printf("height %d, walk %ld\n", height(t), walk(t, 0));

    // Distances of a knight from a corner, breadth first.
    int distance[64], queue[64], first = 0, last = 0;
    for (int i = 0; i < 64; i++) distance[i] = -1;
    distance[queue[last++] = 0] = 0;
    static const signed char moves[8][2] = {{1, 2}, {2, 1}, {2, -1}, {1, -2}, {-1, -2}, {-2, -1}, {-2, 1}, {-1, 2}};
    while (first < last) {
        int at = queue[first++];
        for (int m = 0; m < 8; m++) {
            int x = at % 8 + moves[m][0], y = at / 8 + moves[m][1];
            if (x < 0 || x > 7 || y < 0 || y > 7 || distance[y * 8 + x] >= 0) continue;
            distance[y * 8 + x] = distance[at] + 1;
            queue[last++] = y * 8 + x;
        }
    }
    for (int i = 0; i < 64; i++) printf("%d%c", distance[i], i % 8 == 7 ? '\n' : ' ');
    return 0;
}
