/* n samples of Q15 through a low pass of 24 taps and two sections of a band pass, with rounding and saturation. */

typedef short q15;

#define TAPS 24

static const q15 taps[TAPS] = { -58, -83, -69, 31, 249, 558, 838, 899, 551, -258, -1332, -2201,
                                -2247, -941, 1918, 5988, 10403, 14041, 15889, 15407, 12758, 8793, 4706, 1549 };
static const q15 sections[2][5] = { { 4091, 0, -4091, 29310, -13742 }, { 2961, 0, -2961, 27015, -12044 } };

static q15 line[TAPS];
static q15 states[2][4];

static q15 saturated(int x) { return (q15)(x > 32767 ? 32767 : x < -32768 ? -32768 : x); }

static q15 low_pass(q15 x) {
  int sum = 1 << 16;
  for (int i = TAPS - 1; i > 0; i--) line[i] = line[i - 1];
  line[0] = x;
  for (int i = 0; i < TAPS; i++) sum += line[i] * taps[i] >> 1;
  return saturated(sum >> 17);
}

static q15 section(const q15 c[5], q15 s[4], q15 x) {
  int sum = (c[0] * x >> 2) + (c[1] * s[0] >> 2) + (c[2] * s[1] >> 2) + (c[3] * s[2] >> 2) + (c[4] * s[3] >> 2);
  q15 y = saturated((sum + (1 << 11)) >> 12);
  s[1] = s[0];
  s[0] = x;
  s[3] = s[2];
  s[2] = y;
  return y;
}

int run(int n) {
  unsigned noise = 12345, h = 0;
  for (int i = 0; i < TAPS; i++) line[i] = 0;
  for (int i = 0; i < 8; i++) states[i >> 2][i & 3] = 0;
  for (int i = 0; i < n; i++) {
    noise = noise * 1664525u + 1013904223u;
    q15 y = low_pass((q15)(noise >> 16));
    y = section(sections[1], states[1], section(sections[0], states[0], y));
    h = h * 31u + (unsigned short)y;
  }
  return (int)h;
}
