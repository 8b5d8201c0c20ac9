/* SipHash-2-4 of messages of 0 to 63 bytes, n rounds of all, each hash being the key of the next one. */

typedef unsigned long long u64;
typedef unsigned char u8;

static u8 message[64];

static u64 rotl(u64 x, int n) { return x << n | x >> (64 - n); }

static u64 load(const u8 *p, int count) {
  u64 word = 0;
  for (int i = 0; i < count; i++) word |= (u64)p[i] << (8 * i);
  return word;
}

static void rounds(u64 v[4], int count) {
  while (count--) {
    v[0] += v[1]; v[1] = rotl(v[1], 13) ^ v[0]; v[0] = rotl(v[0], 32);
    v[2] += v[3]; v[3] = rotl(v[3], 16) ^ v[2];
    v[0] += v[3]; v[3] = rotl(v[3], 21) ^ v[0];
    v[2] += v[1]; v[1] = rotl(v[1], 17) ^ v[2]; v[2] = rotl(v[2], 32);
  }
}

static u64 siphash(const u8 *data, int count, u64 k0, u64 k1) {
  u64 v[4] = { k0 ^ 0x736f6d6570736575ull, k1 ^ 0x646f72616e646f6dull,
               k0 ^ 0x6c7967656e657261ull, k1 ^ 0x7465646279746573ull };
  int whole = count & ~7;
  for (int i = 0; i < whole; i += 8) {
    u64 word = load(data + i, 8);
    v[3] ^= word;
    rounds(v, 2);
    v[0] ^= word;
  }
  u64 last = load(data + whole, count & 7) | (u64)count << 56;
  v[3] ^= last;
  rounds(v, 2);
  v[0] ^= last;
  v[2] ^= 0xff;
  rounds(v, 4);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

int run(int n) {
  for (int i = 0; i < 64; i++) message[i] = (u8)i;
  u64 k0 = 0x0706050403020100ull, k1 = 0x0f0e0d0c0b0a0908ull;
  for (int i = 0; i < n; i++)
    for (int length = 0; length < 64; length++) {
      u64 h = siphash(message, length, k0, k1);
      k0 = k1;
      k1 = h;
    }
  return (int)(k1 ^ k1 >> 32);
}
