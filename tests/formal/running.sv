// How a run ends: whatever stops it, and a halt.

`include "core.svh"

    wire stops = dut.write_back.stops | (|dut.sequencer.stop) | (|dut.loading.stop);

    reg stopped = 0, halted = 0, done = 0;
    reg [2:0] since_halt = 0;
    reg [3:0] rested = 0;
    always @(posedge clock) begin
        stopped <= stops & !reset;
        // The host has begun nothing since.
        done <= stopped & !host_write & !reset;
        halted <= halts & dut.host.run & !reset;
        since_halt <= {since_halt[1:0] & {2{!controls}}, halts & dut.host.run};
        rested <= {rested[2:0], !dut.host.run};
    end

    wire fails_a_stop_ends_the_run = stopped & (dut.host.run | stop == 0);
    wire fails_a_stop_lowers_running = done & running;
    wire fails_a_halt_ends_the_run = halted & (dut.host.run | stop != `STOP_CYCLES);
    wire fails_a_halt_lowers_running = since_halt[2] & running;
    wire fails_memory_rests = (&rested) & !dut.host.run & (|dut.memory.ram.write_enables) & !host_write;
endmodule
