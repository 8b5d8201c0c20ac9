// The C interface between the simulator and a Verilated core. Cycle loop and collection of retire samples stand here,
// because a call across the language border in each cycle would cost more than the cycle.
#include "retire.h"
#include "Vwafer.h"
#include "verilated.h"
#ifdef WAVES
#include "verilated_sym_props.h"
#include "verilated_syms.h"
#endif
#include <cstdint>
#include <cstring>
#include <vector>

// The same layouts as in Rust: engine::Sample, host::Write, engine::Status.
struct Sample {
    uint64_t cycle;
#define FIELD(type, name, port) type name;
    RETIRE_PORT(FIELD)
#undef FIELD
};
struct Write {
    uint32_t space, address, data[3];
};
struct Status {
    uint32_t stop_pc;
    uint8_t running, stop;
};
struct Signal {
    const char* scope;
    const char* name;
    uint32_t width;
};

// isa::host::Space.
constexpr uint32_t MEMORY = 6;

struct Core {
    VerilatedContext context;
    Vwafer top{&context, "TOP"};
    uint64_t cycle = 0;
    std::vector<Signal> signals;
    std::vector<const void*> values;

    void step() {
        top.clock = 0;
        top.eval();
        top.clock = 1;
        top.eval();
    }

    void reset() {
        top.host_read = 0;
        top.host_write = 0;
        top.reset = 1;
        for (int i = 0; i < 4; ++i) step();
        top.reset = 0;
        step();
    }

    // Waits until a core whose linear memory is a pool of blocks knows where the chosen row is.
    void find_row() {
        top.host_write = 0;
        top.host_read = 1;
        do step(); while (top.host_waits);
        top.host_read = 0;
    }

    Sample sample() const {
        Sample s;
        s.cycle = cycle + 1;
#define FIELD(type, name, port) s.name = top.port;
        RETIRE_PORT(FIELD)
#undef FIELD
        return s;
    }

#ifdef WAVES
    static constexpr const char* CORE = "TOP.shell.wafer";

    // Every signal that Verilator kept, found through the table it makes for its own VPI. Memories are left out.
    void find_signals() {
        for (const auto& entry : *context.scopeNameMap()) {
            const VerilatedScope* scope = entry.second;
            // "TOP" and the shell only repeat the ports of the core.
            if (!scope->varsp() || std::strncmp(scope->name(), CORE, std::strlen(CORE)) != 0) continue;
            for (auto& var : *scope->varsp()) {
                if (var.second.udims() != 0 || var.second.isParam()) continue;
                const uint32_t width = var.second.packed().elements();
                signals.push_back({scope->name(), var.first, width});
                values.push_back(var.second.datap());
            }
        }
    }
#endif
};

extern "C" {

Core* wafer_new() {
    Core* core = new Core;
#ifdef WAVES
    core->find_signals();
#endif
    core->reset();
    return core;
}

void wafer_free(Core* core) {
    core->top.final();
    delete core;
}

void wafer_reset(Core* core) { core->reset(); }

void wafer_write(Core* core, const Write* writes, size_t count) {
    Vwafer& top = core->top;
    for (size_t i = 0; i < count; ++i) {
        top.host_space = writes[i].space;
        top.host_addr = writes[i].address;
        for (int w = 0; w < 3; ++w) top.host_wdata[w] = writes[i].data[w];
        if (writes[i].space == MEMORY) core->find_row();
        top.host_write = 1;
        core->step();
    }
    // The shell holds the last write back for a cycle.
    top.host_write = 0;
    core->step();
    core->cycle = 0;
}

void wafer_read(Core* core, uint32_t space, uint32_t start, uint64_t* values, size_t count) {
    Vwafer& top = core->top;
    top.host_space = space;
    for (size_t i = 0; i < count; ++i) {
        top.host_addr = start + i;
        top.host_read = 1;
        core->step();
        // One cycle for the shell, two for the core.
        if (space == MEMORY) core->find_row();
        top.host_read = 0;
        core->step();
        core->step();
        values[i] = top.host_rdata[0] | static_cast<uint64_t>(top.host_rdata[1]) << 32;
    }
}

uint64_t wafer_run(Core* core, uint64_t limit, Sample* samples, size_t capacity, size_t* count) {
    const Vwafer& top = core->top;
    uint64_t cycles = 0;
    size_t n = 0;
    while (cycles < limit && n < capacity) {
        if (!top.running) break;
        if (top.ret_vld) samples[n++] = core->sample();
        core->step();
        ++core->cycle;
        ++cycles;
    }
    *count = n;
    return cycles;
}

void wafer_status(const Core* core, Status* status) {
    status->stop_pc = core->top.stop_pc;
    status->running = core->top.running;
    status->stop = core->top.stop;
}

size_t wafer_signals(const Core* core, const Signal** signals) {
    *signals = core->signals.data();
    return core->signals.size();
}

// Writes each signal as 32-bit words, lowest first.
void wafer_peek(const Core* core, uint32_t* words) {
    for (size_t i = 0; i < core->signals.size(); ++i) {
        const uint32_t width = core->signals[i].width;
        const void* p = core->values[i];
        if (width <= 8) *words++ = *static_cast<const uint8_t*>(p);
        else if (width <= 16) *words++ = *static_cast<const uint16_t*>(p);
        else {
            const size_t n = (width + 31) / 32;
            std::memcpy(words, p, n * 4);
            words += n;
        }
    }
}
}
