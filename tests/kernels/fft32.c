/* A radix-2 FFT of n points (a power of two, at most 256) and its inverse, in place, with f32. */
#define MAX_POINTS 256

static float re[MAX_POINTS], im[MAX_POINTS];

/* cos and sin of pi / 2^k: half-angle formulas from cos(pi / 2) on. */
static float half_cos(float c) { return __builtin_sqrtf((1.0f + c) * 0.5f); }
static float half_sin(float c) { return __builtin_sqrtf((1.0f - c) * 0.5f); }

static void transform(int n, float direction) {
  for (int i = 1, j = 0; i < n; i++) {
    int bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      float r = re[i], m = im[i];
      re[i] = re[j], im[i] = im[j];
      re[j] = r, im[j] = m;
    }
  }
  float c = 1.0f, s = 0.0f;
  for (int size = 2; size <= n; size *= 2) {
    /* The angle of a step: pi, pi / 2, pi / 4, ... */
    if (size == 2) c = -1.0f, s = 0.0f;
    else s = half_sin(c), c = half_cos(c);
    float step_re = c, step_im = direction * s, w_re = 1.0f, w_im = 0.0f;
    for (int k = 0; k < size / 2; k++) {
      for (int i = k; i < n; i += size) {
        int j = i + size / 2;
        float r = re[j] * w_re - im[j] * w_im, m = re[j] * w_im + im[j] * w_re;
        re[j] = re[i] - r, im[j] = im[i] - m;
        re[i] += r, im[i] += m;
      }
      float next = w_re * step_re - w_im * step_im;
      w_im = w_re * step_im + w_im * step_re;
      w_re = next;
    }
  }
}

static unsigned hash(unsigned h, float x) {
  union { float f; unsigned u; } bits = { x };
  return h * 31u + bits.u;
}

int run(int n) {
  for (int i = 0; i < n; i++) {
    re[i] = (float)((i * 37) % 64) - 31.5f;
    im[i] = 0.0f;
  }
  unsigned h = 0;
  transform(n, -1.0f);
  for (int i = 0; i < n; i++) h = hash(hash(h, re[i]), im[i]);
  transform(n, 1.0f);
  for (int i = 0; i < n; i++) h = hash(h, re[i] / (float)n);
  return (int)h;
}
