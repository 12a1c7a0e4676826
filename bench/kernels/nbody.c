// Gravitation between eight bodies in f64: square roots, divisions and many
// values that live across the loops.
#define NAME "nbody"
#include "bench.h"

#define BODIES 8
struct body {
    double x, y, z, vx, vy, vz, mass;
};
static struct body bodies[BODIES];

NOINLINE static void advance(double step) {
    for (uint32_t i = 0; i < BODIES; i++) {
        struct body *p = &bodies[i];
        for (uint32_t j = i + 1; j < BODIES; j++) {
            struct body *q = &bodies[j];
            double dx = p->x - q->x, dy = p->y - q->y, dz = p->z - q->z;
            double square = dx * dx + dy * dy + dz * dz + 0.01;
            double force = step / (square * __builtin_sqrt(square));
            p->vx -= dx * q->mass * force;
            p->vy -= dy * q->mass * force;
            p->vz -= dz * q->mass * force;
            q->vx += dx * p->mass * force;
            q->vy += dy * p->mass * force;
            q->vz += dz * p->mass * force;
        }
    }
    for (uint32_t i = 0; i < BODIES; i++) {
        bodies[i].x += step * bodies[i].vx;
        bodies[i].y += step * bodies[i].vy;
        bodies[i].z += step * bodies[i].vz;
    }
}

NOINLINE static double energy(void) {
    double sum = 0;
    for (uint32_t i = 0; i < BODIES; i++) {
        const struct body *p = &bodies[i];
        sum += 0.5 * p->mass * (p->vx * p->vx + p->vy * p->vy + p->vz * p->vz);
        for (uint32_t j = i + 1; j < BODIES; j++) {
            double dx = p->x - bodies[j].x, dy = p->y - bodies[j].y, dz = p->z - bodies[j].z;
            sum -= p->mass * bodies[j].mass / __builtin_sqrt(dx * dx + dy * dy + dz * dz + 0.01);
        }
    }
    return sum;
}

static double any(uint32_t *state) { return (double)(bench_random(state) >> 8) / (1 << 24) - 0.5; }

static uint64_t work(void) {
    uint32_t state = bench_seed;
    for (uint32_t i = 0; i < BODIES; i++) {
        struct body *p = &bodies[i];
        p->x = any(&state) * 8, p->y = any(&state) * 8, p->z = any(&state) * 8;
        p->vx = any(&state), p->vy = any(&state), p->vz = any(&state);
        p->mass = any(&state) + 0.75;
    }
    uint64_t sum = 0;
    for (uint32_t round = 0; round < 16; round++) {
        for (uint32_t i = 0; i < 2800; i++) advance(0.001);
        sum = bench_mix(sum, bench_bits(energy()));
    }
    return sum;
}
