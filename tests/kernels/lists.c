/* What CoreMark does, in work of our own: a linked list that is searched, reversed and sorted by merging; a small matrix;
   a state machine that reads numbers. n rounds. */

typedef unsigned short u16;

struct node { struct node *next; short value; short place; };

static struct node nodes[64];
static short matrix[9][9];
static const char numbers[] = "512 -7 +.5 3e4 0x1f 1.25e-3 abc 99 -1e+2 7.q 42";

static struct node *find(struct node *list, short value) {
  while (list && list->value != value) list = list->next;
  return list;
}

static struct node *reversed(struct node *list) {
  struct node *done = 0;
  while (list) {
    struct node *next = list->next;
    list->next = done;
    done = list;
    list = next;
  }
  return done;
}

static struct node *merged(struct node *a, struct node *b) {
  struct node head, *last = &head;
  while (a && b) {
    struct node **least = a->value <= b->value ? &a : &b;
    last->next = *least;
    last = *least;
    *least = (*least)->next;
  }
  last->next = a ? a : b;
  return head.next;
}

static struct node *sorted(struct node *list) {
  if (!list || !list->next) return list;
  struct node *half = list, *end = list->next;
  while (end && end->next) {
    half = half->next;
    end = end->next->next;
  }
  struct node *rest = half->next;
  half->next = 0;
  return merged(sorted(list), sorted(rest));
}

/* Ends of the state machine: whole, with a point, with an exponent, or no number. */
static int kind(const char **text) {
  enum { START, SIGNED, WHOLE, POINT, EXPONENT, SCALED, WRONG } state = START;
  for (; **text && **text != ' '; ++*text) {
    char c = **text;
    int digit = c >= '0' && c <= '9';
    switch (state) {
      case START: state = digit ? WHOLE : c == '+' || c == '-' ? SIGNED : c == '.' ? POINT : WRONG; break;
      case SIGNED: state = digit ? WHOLE : c == '.' ? POINT : WRONG; break;
      case WHOLE: state = digit ? WHOLE : c == '.' ? POINT : c == 'e' ? EXPONENT : WRONG; break;
      case POINT: state = digit ? POINT : c == 'e' ? EXPONENT : WRONG; break;
      case EXPONENT: state = digit || c == '+' || c == '-' ? SCALED : WRONG; break;
      case SCALED: state = digit ? SCALED : WRONG; break;
      case WRONG: break;
    }
  }
  while (**text == ' ') ++*text;
  return state;
}

static unsigned multiplied(int n) {
  unsigned h = 0;
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      int sum = 0;
      for (int k = 0; k < n; k++) sum += matrix[i][k] * matrix[k][j];
      h = h * 33u + (u16)(sum >> 2);
    }
  return h;
}

int run(int n) {
  unsigned h = 0, noise = 1;
  for (int round = 0; round < n; round++) {
    for (int i = 0; i < 64; i++) {
      noise = noise * 1103515245u + 12345u;
      nodes[i].value = (short)(noise >> 18);
      nodes[i].place = (short)i;
      nodes[i].next = i < 63 ? &nodes[i + 1] : 0;
    }
    for (int i = 0; i < 81; i++) matrix[i / 9][i % 9] = (short)(nodes[i % 64].value ^ i);
    struct node *list = reversed(nodes);
    struct node *found = find(list, nodes[round & 63].value);
    h = h * 31u + (found ? (unsigned)found->place : 99u);
    for (struct node *node = sorted(list); node; node = node->next) h = h * 31u + (unsigned)node->place;
    const char *text = numbers;
    while (*text) h = h * 7u + (unsigned)kind(&text);
    h ^= multiplied(9);
  }
  return (int)h;
}
