/* A machine of its own: a bytecode interpreter with a stack and variables, whose program counts the steps of 3n + 1 for
   every number up to n. */

typedef unsigned char u8;

enum { PUSH, LOAD, STORE, ADD, MUL, AND, SHR, LESS, EQUAL, JUMP, UNLESS, END };
enum { N, I, X, STEPS };

static const u8 program[] = {
  /*  0 */ PUSH, 1, STORE, I,                            /* i = 1 */
  /*  4 */ LOAD, N, LOAD, I, LESS, UNLESS, 13, END, END, /* while !(n < i) */
  /* 13 */ LOAD, I, STORE, X,                            /* x = i */
  /* 17 */ LOAD, X, PUSH, 1, EQUAL, UNLESS, 26, JUMP, 59, /* while x != 1 */
  /* 26 */ LOAD, STEPS, PUSH, 1, ADD, STORE, STEPS,
  /* 33 */ LOAD, X, PUSH, 1, AND, UNLESS, 50,            /* x = x odd ? 3x + 1 : x / 2 */
  /* 40 */ LOAD, X, PUSH, 3, MUL, PUSH, 1, ADD, JUMP, 55,
  /* 50 */ LOAD, X, PUSH, 1, SHR,
  /* 55 */ STORE, X, JUMP, 17,
  /* 59 */ LOAD, I, PUSH, 1, ADD, STORE, I, JUMP, 4,     /* i = i + 1 */
};

int run(int n) {
  unsigned stack[8], variables[4] = { 0 };
  unsigned *top = stack;
  const u8 *pc = program;
  variables[N] = (unsigned)n;
  for (;;) {
    switch (*pc++) {
      case PUSH: *top++ = *pc++; break;
      case LOAD: *top++ = variables[*pc++]; break;
      case STORE: variables[*pc++] = *--top; break;
      case ADD: top--; top[-1] += top[0]; break;
      case MUL: top--; top[-1] *= top[0]; break;
      case AND: top--; top[-1] &= top[0]; break;
      case SHR: top--; top[-1] >>= top[0]; break;
      case LESS: top--; top[-1] = top[-1] < top[0]; break;
      case EQUAL: top--; top[-1] = top[-1] == top[0]; break;
      case JUMP: pc = program + *pc; break;
      case UNLESS: pc = *--top ? pc + 1 : program + *pc; break;
      default: return (int)variables[STEPS];
    }
  }
}
