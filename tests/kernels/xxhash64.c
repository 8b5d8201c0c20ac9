/* XXH64 of a KiB, n times, each with the hash before as seed. */

typedef unsigned long long u64;
typedef unsigned char u8;

#define P1 0x9E3779B185EBCA87ull
#define P2 0xC2B2AE3D27D4EB4Full
#define P3 0x165667B19E3779F9ull
#define P4 0x85EBCA77C2B2AE63ull
#define P5 0x27D4EB2F165667C5ull

static u64 words[128];

static u64 rotl(u64 x, int n) { return x << n | x >> (64 - n); }
static u64 step(u64 lane, u64 word) { return rotl(lane + word * P2, 31) * P1; }
static u64 merge(u64 hash, u64 lane) { return (hash ^ step(0, lane)) * P1 + P4; }

/* Of so many words; a multiple of 32 bytes has no rest. */
static u64 hash(const u64 *data, int count, u64 seed) {
  u64 a = seed + P1 + P2, b = seed + P2, c = seed, d = seed - P1;
  for (int i = 0; i + 4 <= count; i += 4) {
    a = step(a, data[i]);
    b = step(b, data[i + 1]);
    c = step(c, data[i + 2]);
    d = step(d, data[i + 3]);
  }
  u64 h = rotl(a, 1) + rotl(b, 7) + rotl(c, 12) + rotl(d, 18);
  h = merge(merge(merge(merge(h, a), b), c), d) + (u64)count * 8;
  h = (h ^ h >> 33) * P2;
  h = (h ^ h >> 29) * P3;
  return h ^ h >> 32;
}

int run(int n) {
  u8 *bytes = (u8 *)words;
  for (int i = 0; i < 1024; i++) bytes[i] = (u8)(i * 7 + (i >> 3));
  u64 h = 0;
  for (int i = 0; i < n; i++) h = hash(words, 128, h);
  return (int)(h ^ h >> 32);
}
