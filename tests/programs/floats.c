// Reads pairs of numbers and prints what floats make of them: sum, product, quotient, distance.
#include <math.h>
#include <stdio.h>

int main(void) {
    double a, b;
    while (scanf("%lf %lf", &a, &b) == 2) {
        if (a + b > 1e9)
            printf("%g %g %g %g\n", a + b, a * b, a / b, sqrt(a * a + b * b));
        else
            printf("%.3f %.3f %g %g\n", a + b, a * b, a / b, sqrt(a * a + b * b));
    }
    return 0;
}
