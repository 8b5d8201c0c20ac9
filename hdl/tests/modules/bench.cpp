// Reads one line of input bits per clock cycle, writes one line of output bits. Highest bit first.

#include "Vbench.h"
#include <iostream>
#include <string>

int main() {
    std::ios::sync_with_stdio(false);
    Vbench bench;
    std::string line;
    while (std::getline(std::cin, line)) {
        for (size_t i = 0; i < line.size(); i += 1) {
            const size_t bit = line.size() - 1 - i;
            const EData mask = EData(1) << (bit % 32);
            EData &word = bench.in[bit / 32];
            word = line[i] == '1' ? word | mask : word & ~mask;
        }
        bench.clock = 0;
        bench.eval();
        line.resize(OUT);
        for (size_t i = 0; i < line.size(); i += 1) {
            const size_t bit = line.size() - 1 - i;
            line[i] = bench.out[bit / 32] >> (bit % 32) & 1 ? '1' : '0';
        }
        std::cout << line << '\n';
        bench.clock = 1;
        bench.eval();
        bench.clock = 0;
        bench.eval();
    }
    bench.final();
    return 0;
}
