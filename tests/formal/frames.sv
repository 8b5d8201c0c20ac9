// The call stack: how many frames there are, and where the record of a new one lies.

`include "core.svh"

    wire works = !dut.sequencer.reset;
    wire pushes = dut.sequencer.calls.write_frame & works;
    wire returns = works & dut.sequencer.state == dut.sequencer.State$Return;
    // A function of the library leaves before it calls: one that an instruction of another function has called.
    wire leaves = works & dut.sequencer.state == dut.sequencer.State$Adopt & dut.sequencer.tailing;
    wire pops = returns | leaves;
    wire restarts = works & dut.sequencer.state == dut.sequencer.State$Idle
        & dut.sequencer.launch & !dut.sequencer.nested;

    // Frames in use: one bit more than the core has for their number.
    reg [`FRAME_LOG2:0] frames = 0;
    always @(posedge clock) frames <= restarts ? 0 : frames + pushes - pops;

    always @(*) if (leaves) assume(frames > 1);

    // The host answers only a call that waits.
    always @(*) if (controls & register == `CONTROL_RESUME) assume(frames != 0);

    // Where the caller of the outermost function goes on.
    reg [`CODE_LOG2-1:0] outermost;
    wire pushes_first = pushes & dut.sequencer.calls.new_frame == 0;
    reg reads_first = 0;
    always @(posedge clock) begin
        if (pushes_first) outermost <= dut.sequencer.calls.frame_data[`CODE_LOG2-1:0];
        reads_first <= !dut.sequencer.calls.read_function & dut.sequencer.calls.frame == 0 & !pushes_first;
    end
    // Nothing writes its record but a call.
    always @(*) if (reads_first) assume(dut.sequencer.calls.pc == outermost);

    wire fails_records_lie_where_they_are_counted = pushes & dut.sequencer.calls.new_frame != frames[`FRAME_LOG2-1:0];
endmodule
