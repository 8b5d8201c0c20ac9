/* n numbers of xorshift64*: their ones, their leading and trailing zeros, and rotations by them. */

typedef unsigned long long u64;

int run(int n) {
  u64 state = 0x9E3779B97F4A7C15ull, sum = 0;
  for (int i = 0; i < n; i++) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    u64 number = state * 0x2545F4914F6CDD1Dull;
    int places = __builtin_popcountll(number) + __builtin_clzll(number | 1) + __builtin_ctzll(number | 1ull << 63);
    sum += number << (places & 63) | number >> (-places & 63);
  }
  return (int)(sum ^ sum >> 32);
}
