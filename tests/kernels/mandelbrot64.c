/* Points of the Mandelbrot set on a grid of n by n points, with f64: the sum of the steps until each escapes. */
#define STEPS 48

int run(int n) {
  double step = 3.0 / (double)n;
  unsigned h = 0;
  for (int row = 0; row < n; row++) {
    double ci = (double)row * step - 1.5;
    for (int column = 0; column < n; column++) {
      double cr = (double)column * step - 2.25, zr = 0.0, zi = 0.0;
      int k = 0;
      while (k < STEPS && zr * zr + zi * zi <= 4.0) {
        double next = zr * zr - zi * zi + cr;
        zi = 2.0 * zr * zi + ci;
        zr = next;
        k++;
      }
      h = h * 33u + (unsigned)k;
    }
  }
  return (int)h;
}
