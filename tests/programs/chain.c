/* For the debugger: three functions deep, a variable that is written three times, and output.

   clang --target=wasm32 -g -O0 -nostdlib -Wl,--no-entry -Wl,--export=run -Wl,-z,stack-size=4096 \
       -fdebug-compilation-dir=. -o tests/programs/chain.wasm tests/programs/chain.c */

__attribute__((import_module("wafer"), import_name("uart_write"))) void uart_write(int byte);

static int total;

static int square(int x) {
    int result = x * x;
    return result;
}

static int visit(int depth) {
    int here = square(depth + 2);
    total += here;
    if (depth == 2)
        return here;
    return here + visit(depth + 1);
}

int run(void) {
    int sum = visit(0);
    uart_write('0' + sum % 10);
    uart_write('\n');
    return sum;
}
