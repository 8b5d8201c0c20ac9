// What instructions do, seen at the retire port alone: value, height of the stack, slot, memory access, next address.
//
// Followed are an arbitrary code address, at which an arbitrary instruction stands, and three arbitrary slots next to each
// other, whose values are those that have retired. In a full core, marks say that the instruction is a group of its own.

`include "core.svh"

    // The instruction, chosen in the first cycle: its first three bytes. Immediates have a byte.
    reg chosen = 0;
    reg [`CODE_LOG2-1:0] at;
    reg [7:0] operation, immediate, second_immediate;
    reg [`STACK_LOG2-1:0] slot;
    always @(posedge clock) begin
        chosen <= 1;
        if (!chosen) {operation, immediate, second_immediate, slot, at} <= host_wdata;
    end
    always @(*) if (!chosen) assume(!host_write);

    // The specification of lengths: section 5.4.
    wire is_load = operation >= `I32_LOAD & operation <= `I64_LOAD32_U;
    wire is_store = operation >= `I32_STORE & operation <= `I64_STORE32;
    wire is_constant = operation == `I32_CONST | operation == `I64_CONST;
    wire is_variable = operation >= `LOCAL_GET & operation <= `GLOBAL_SET;
    wire is_conditional = operation == `IF | operation == `BR_IF;
    wire is_select = operation == `SELECT;
    wire [2:0] length =
        is_load | is_store ? 3 : is_constant | is_variable | is_conditional ? 2 : 1;
    always @(*) if (chosen) assume(!immediate[7] & !second_immediate[7]);

    // Stage D has these bytes whenever it has that address, and their marks.
    wire decoded = chosen & dut.fetch.d_valid & dut.fetch.d_pc == at;
    always @(*) if (decoded) begin
        assume(dut.fetch.d_window[7:0] == operation);
        assume(length < 2 | dut.fetch.d_window[15:8] == immediate);
        assume(length < 3 | dut.fetch.d_window[23:16] == second_immediate);
`ifndef COMPACT
        assume(dut.fetch.d_lead == {is_conditional, length - 3'd1});
        assume(dut.fetch.d_seconds == 0 & dut.fetch.d_operations == 0 & dut.fetch.d_destinations == 0);
`endif
    end

    // The retire port.
    wire retires = dut.ret_vld;
    wire plain = retires & !dut.sequencer.busy;
    wire [`STACK_LOG2-1:0] height = dut.ret_height;
    wire [63:0] value = dut.ret_value;
    wire pushes = dut.ret_push, writes = dut.ret_write, accesses = dut.ret_mem;
    wire [`STACK_LOG2-1:0] written = dut.ret_slot;

    // Values of the three slots, unless somebody else has written there.
    reg [63:0] values0, values1, values2;
    reg known0 = 0, known1 = 0, known2 = 0;
    wire taken_over = dut.write_back.take_over & dut.write_back.write;
    wire [`STACK_LOG2-1:0] slot1 = slot + 1;
    wire [`STACK_LOG2-1:0] slot2 = slot + 2;
    wire [`STACK_LOG2-1:0] top = height - 1;
    wire [`STACK_LOG2-1:0] other = dut.write_back.write_slot;
    always @(posedge clock) begin
        if (plain & (pushes & top == slot | writes & written == slot)) begin values0 <= value; known0 <= 1; end
        if (plain & (pushes & top == slot1 | writes & written == slot1)) begin values1 <= value; known1 <= 1; end
        if (plain & (pushes & top == slot2 | writes & written == slot2)) begin values2 <= value; known2 <= 1; end
        if (taken_over & other == slot) known0 <= 0;
        if (taken_over & other == slot1) known1 <= 0;
        if (taken_over & other == slot2) known2 <= 0;
    end

    // Height of the stack before, if the sequencer has not changed it since.
    reg [`STACK_LOG2-1:0] before;
    reg counted = 0;
    always @(posedge clock) begin
        if (plain) before <= height;
        counted <= (counted | plain) & !dut.sequencer.busy & dut.host.run;
    end

    wire this = chosen & plain & dut.ret_pc == at;
    wire [`STACK_LOG2-1:0] base = dut.operands.base;

    // Instructions without immediates: see there.
    wire [63:0] left = values0, right = values1;
`include "meaning.svh"
    wire numeric = family32 | family64 | shifts | counts;
    wire operands = slot == top & known0 & (unary | known1);
    wire differs = value[31:0] != meaning[31:0] | is64 & value[63:32] != meaning[63:32];
    wire [`STACK_LOG2-1:0] fallen = before - (unary ? 0 : 1);
    wire fails_numeric_instructions = this & numeric
        & (!pushes | writes | accesses | operands & differs | counted & height != fallen);

    // Constants, locals, globals, drop and select: sections 4.4.1, 4.4.4 and 4.4.5.
    wire [63:0] constant = {{57{immediate[6]}}, immediate[6:0]};
    wire fails_constants = this & is_constant & (!pushes | writes | accesses
        | value[31:0] != constant[31:0] | operation == `I64_CONST & value != constant | counted & height != before + 8'd1);
    wire is_global = operation == `GLOBAL_GET | operation == `GLOBAL_SET;
    wire [`STACK_LOG2-1:0] variable = is_global ? immediate : base + immediate;
    wire gets = operation == `LOCAL_GET | operation == `GLOBAL_GET;
    wire tees = operation == `LOCAL_TEE;
    wire [`STACK_LOG2-1:0] grown = gets ? before + 1 : tees ? before : before - 1;
    // What is written was the top, which is at the height then.
    wire [`STACK_LOG2-1:0] source = gets ? variable : tees ? top : height;
    wire fails_variables = this & is_variable & (pushes != (gets | tees) | writes != !gets | accesses
        | writes & written != variable | slot == source & known0 & value != values0 | counted & height != grown);
    wire [`STACK_LOG2-1:0] lower = before - 1;
    wire fails_drop = this & operation == `DROP & (pushes | writes | accesses | counted & height != lower);
    wire [63:0] choice = values2[31:0] != 0 ? values0 : values1;
    wire [`STACK_LOG2-1:0] lowered = before - 2;
    wire fails_select = this & is_select & (!pushes | writes | accesses | counted & height != lowered
        | slot == top & known0 & known1 & known2 & value != choice);

    // Loads and stores: section 4.4.7. What a load gets is what the port says that it has read.
    wire [31:0] address = values0[31:0] + second_immediate;
    reg [3:0] bytes;
    reg signs, wide;
    always @(*) begin
        wide = 0;
        signs = 0;
        bytes = 4;
        case (operation)
            `I32_LOAD, `F32_LOAD, `I32_STORE, `F32_STORE, `I64_STORE32: bytes = 4;
            `I64_LOAD, `F64_LOAD, `I64_STORE, `F64_STORE: begin bytes = 8; wide = 1; end
            `I32_LOAD8_S: begin bytes = 1; signs = 1; end
            `I32_LOAD8_U, `I32_STORE8, `I64_STORE8: bytes = 1;
            `I32_LOAD16_S: begin bytes = 2; signs = 1; end
            `I32_LOAD16_U, `I32_STORE16, `I64_STORE16: bytes = 2;
            `I64_LOAD8_S: begin bytes = 1; signs = 1; wide = 1; end
            `I64_LOAD8_U: begin bytes = 1; wide = 1; end
            `I64_LOAD16_S: begin bytes = 2; signs = 1; wide = 1; end
            `I64_LOAD16_U: begin bytes = 2; wide = 1; end
            `I64_LOAD32_S: begin signs = 1; wide = 1; end
            `I64_LOAD32_U: wide = 1;
            default: ;
        endcase
    end
    wire [63:0] data = dut.ret_data;
    wire [6:0] bits = {bytes, 3'd0};
    wire [63:0] mask = bytes == 8 ? ~64'd0 : (64'd1 << bits) - 1;
    wire negative = signs & (bytes == 1 ? data[7] : bytes == 2 ? data[15] : data[31]);
    wire [63:0] extended = data & mask | (negative ? ~mask : 64'd0);
    wire accessed = accesses & dut.ret_bytes == bytes;
    // The address is below what is stored, and where a load puts its value.
    wire [`STACK_LOG2-1:0] place = is_store ? height : top;
    wire [`STACK_LOG2-1:0] sunk = is_store ? before - 2 : before;
    wire wrong_place = slot == place & known0 & dut.ret_addr != address;
    wire fails_loads = this & is_load & (!accessed | dut.ret_store | !pushes | writes | wrong_place
        | value[31:0] != extended[31:0] | wide & value[63:32] != extended[63:32] | counted & height != sunk);
    wire fails_stores = this & is_store & (!accessed | !dut.ret_store | pushes | writes | wrong_place
        | slot == place & known1 & ((data ^ values1) & mask) != 0 | counted & height != sunk);

    // The next group: behind an instruction that does not branch, and behind an untaken branch (section 4.4.8).
    wire falls_through = numeric | is_constant | is_variable | is_load | is_store | is_select | operation == `DROP
        | is_conditional & slot == height & known0 & ((values0[31:0] == 0) == (operation == `BR_IF));
    reg awaits = 0;
    always @(posedge clock) awaits <= (this & falls_through | awaits & !retires) & dut.host.run;
    wire [`CODE_LOG2-1:0] following = at + length;
    wire fails_next_instruction = awaits & retires & dut.ret_pc != following;

    // Section 4.4.8: it always traps.
    wire fails_unreachable = this & operation == `UNREACHABLE;
endmodule
