/* Reads a JSON text n times, byte by byte: how deep it is, how many values it has, what its numbers add up to. */

static const char text[] =
  "{\"name\": \"anemometer \\u00b0\", \"id\": 42, \"on\": true, \"log\": [\n"
  "  {\"t\": 1700000001, \"v\": [12, -7, 1999], \"note\": null},\n"
  "  {\"t\": 1700000061, \"v\": [13, -6, 2004], \"note\": \"gust, \\\"strong\\\"\"},\n"
  "  {\"t\": 1700000121, \"v\": [], \"note\": false}\n"
  "], \"limits\": {\"low\": -40, \"high\": 85, \"unit\": \"C\"}}\n";

static const char *at;
static int deepest, values;
static unsigned sum;

static void space(void) { while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r') at++; }

static int word(const char *expected) {
  while (*expected) if (*at++ != *expected++) return 0;
  return 1;
}

static int string(void) {
  if (*at++ != '"') return 0;
  for (; *at != '"'; at++) {
    if ((unsigned char)*at < ' ') return 0;
    if (*at == '\\') at++;
    sum = sum * 31u + (unsigned char)*at;
  }
  at++;
  return 1;
}

static int number(void) {
  int negative = *at == '-';
  unsigned magnitude = 0;
  at += negative;
  if (*at < '0' || *at > '9') return 0;
  while (*at >= '0' && *at <= '9') magnitude = magnitude * 10u + (unsigned)(*at++ - '0');
  sum += negative ? -magnitude : magnitude;
  return 1;
}

static int value(int depth);

/* What stands between two brackets. */
static int members(int depth, char end, int named) {
  at++;
  space();
  if (*at == end) { at++; return 1; }
  for (;;) {
    space();
    if (named) {
      if (!string()) return 0;
      space();
      if (*at++ != ':') return 0;
    }
    if (!value(depth + 1)) return 0;
    space();
    if (*at == end) { at++; return 1; }
    if (*at++ != ',') return 0;
  }
}

static int value(int depth) {
  values++;
  if (depth > deepest) deepest = depth;
  space();
  switch (*at) {
    case '{': return members(depth, '}', 1);
    case '[': return members(depth, ']', 0);
    case '"': return string();
    case 't': return word("true");
    case 'f': return word("false");
    case 'n': return word("null");
    default: return number();
  }
}

int run(int n) {
  sum = 0;
  values = deepest = 0;
  for (int i = 0; i < n; i++) {
    at = text;
    if (!value(1)) return -1;
  }
  return (int)(sum ^ (unsigned)values << 8 ^ (unsigned)deepest);
}
