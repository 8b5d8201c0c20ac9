// The call stack: how many frames there are, and where a new one lies on the value stack.

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

    wire fails_the_last_frame_is_the_last = pops & frames == 0;
    wire fails_frames_are_counted = works & {dut.sequencer.full, dut.sequencer.depth} != frames;
    wire fails_records_lie_where_they_are_counted = pushes & dut.sequencer.calls.new_frame != frames[`FRAME_LOG2-1:0];

    // The slots of a new frame, if the caller's pointer is where the validator says: at the arguments' end, within the
    // stack. A pointer behind the last slot is 0 in hardware.
    reg [`STACK_LOG2-1:0] slots, most;
    always @(posedge clock) begin
        slots <= dut.sequencer.calls.slots;
        most <= dut.sequencer.calls.most;
    end
    // It reads the function twice, in the cycle before as well.
    always @(*) if (commits) assume(dut.sequencer.calls.slots == slots & dut.sequencer.calls.most == most);
    wire commits = works & dut.sequencer.state == dut.sequencer.State$Commit;
    wire [`STACK_LOG2:0] all = 1 << `STACK_LOG2;
    wire [`STACK_LOG2:0] pointer =
        dut.sequencer.pointer < dut.sequencer.base ? all + dut.sequencer.pointer : dut.sequencer.pointer;
    wire [`STACK_LOG2:0] arguments = dut.sequencer.calls.slots;
    wire valid = pointer >= dut.sequencer.base + arguments & dut.sequencer.calls.most >= arguments;
    wire [`STACK_LOG2+1:0] ends = pointer - arguments + dut.sequencer.calls.most;
    wire enters = commits & dut.sequencer.stop == 0;
    wire fails_slots_stay_within_the_stack = enters & valid & ends > all;
    wire fails_frames_begin_at_their_arguments =
        enters & valid & arguments != all & dut.sequencer.new_base != pointer[`STACK_LOG2-1:0] - arguments;
    wire fails_stacks_are_exhausted_only_when_they_are = commits & valid & ends <= all
        & dut.sequencer.stop != 0 & !(dut.sequencer.stop == `STOP_CALL_STACK & frames == 1 << `FRAME_LOG2);
endmodule
