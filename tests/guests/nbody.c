// Bodies under gravity: chains of floating-point operations with square roots.
#include <math.h>
#include <stdio.h>

struct body {
    double position[3], velocity[3], mass;
};

static struct body bodies[] = {
    {{0, 0, 0}, {0, 0, 0}, 39.5},
    {{4.84, -1.16, -0.10}, {0.606, 2.81, -0.02}, 0.0377},
    {{8.34, 4.12, -0.40}, {-1.01, 1.82, 0.008}, 0.0113},
    {{12.9, -15.1, -0.22}, {1.08, 0.869, -0.011}, 0.00172},
    {{15.4, -25.9, 0.179}, {0.979, 0.594, -0.035}, 0.00203},
};
enum { COUNT = sizeof bodies / sizeof *bodies };

static double energy(void) {
    double total = 0;
    for (int i = 0; i < COUNT; i++) {
        const struct body *b = &bodies[i];
        total += 0.5 * b->mass * (b->velocity[0] * b->velocity[0] + b->velocity[1] * b->velocity[1] + b->velocity[2] * b->velocity[2]);
        for (int k = i + 1; k < COUNT; k++) {
            double square = 0;
            for (int d = 0; d < 3; d++) {
                double difference = b->position[d] - bodies[k].position[d];
                square += difference * difference;
            }
            total -= b->mass * bodies[k].mass / sqrt(square);
        }
    }
    return total;
}

static void step(double dt) {
    for (int i = 0; i < COUNT; i++)
        for (int k = i + 1; k < COUNT; k++) {
            double difference[3], square = 0;
            for (int d = 0; d < 3; d++) {
                difference[d] = bodies[i].position[d] - bodies[k].position[d];
                square += difference[d] * difference[d];
            }
            double pull = dt / (square * sqrt(square));
            for (int d = 0; d < 3; d++) {
                bodies[i].velocity[d] -= difference[d] * bodies[k].mass * pull;
                bodies[k].velocity[d] += difference[d] * bodies[i].mass * pull;
            }
        }
    for (int i = 0; i < COUNT; i++)
        for (int d = 0; d < 3; d++)
            bodies[i].position[d] += dt * bodies[i].velocity[d];
}

int main(void) {
    printf("%.9f\n", energy());
    for (int i = 0; i < 400; i++)
        step(0.01);
    printf("%.9f\n", energy());
    for (int i = 0; i < COUNT; i++)
        printf("%a %a\n", bodies[i].position[0], bodies[i].velocity[2]);
    return 0;
}
