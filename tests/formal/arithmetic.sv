// What stage X makes of each integer instruction that has no immediates: decoder, ALU and long unit together, from any
// state in which nothing is under way. The meanings are those of the WebAssembly Core Specification 2.0, section 4.3.2.

module formal(
    input clock,
    input [7:0] opcode,
    input [63:0] a,
    input [63:0] b,
    // See `prim/late.rs`: either.
    input prepared
);
`SIGNALS
`ifdef COMPACT
    localparam [0:0] IS_COMPACT = 1;
    opcode_rom opcode_rom(
        .clock(clock), .read(1'b1), .opcode(operation), .entry(1'b0), .control(decode.known_control)
    );
`else
    localparam [0:0] IS_COMPACT = 0;
`endif

    // One instruction, with operands that stay: `a` below `b`, or `a` alone.
    reg [7:0] operation;
    reg [63:0] left, right;
    reg prepares;
    reg [7:0] age = 0;
    always @(posedge clock) begin
        if (age == 0) begin
            operation <= opcode;
            left <= a;
            right <= b;
            prepares <= prepared;
        end
        age <= age + (age != 255);
    end

    // The first cycles are a reset, in which the compact core's table is read, too.
`include "meaning.svh"

    reg over = 0;
    wire live = age > 1 & !over;
    always @(posedge clock) if (execute.leave) over <= 1;

    decode decode(
        .clock(clock), .compact(IS_COMPACT), .valid(live), .flush(!live), .issue(1'b0), .window({56'd0, operation}),
        .seconds(32'd0), .operations(32'd0), .destinations(32'd0), .lead(4'd0), .first_opcode(operation), .source(1'b0),
        .entry_code(5'd0), .control(execute.control)
    );
    issue issue(
        .clock(clock), .compact(IS_COMPACT), .d_lead(4'd0), .control(execute.control),
        .d_halves(execute.halves), .d_computed(execute.computed), .d_extended(execute.extended),
        .d_bypass(execute.bypass)
    );

    // The high halves come down behind the first pass.
    reg second = 0;
    always @(posedge clock) second <= execute.first_pass;
    wire [63:0] x_left = second ? {2{left[63:32]}} : left;
    wire [63:0] x_right = unary ? 64'd0 : second ? {2{right[63:32]}} : right;
    execute execute(
        .clock(clock), .reset(!live), .live(live), .compact(IS_COMPACT), .prepares(prepares), .go(1'b1), .chooses(1'b0), .a(x_left), .b(x_right)
    );

    // The result as linear memory's registers take it.
    wire [63:0] halves;
    wire [31:0] whole;
    late_sum low_sum(
        .sum(execute.alu.sum), .adds(execute.sum_low), .rest(execute.result_low), .value(whole)
    );
    late_sum high_sum(
        .sum(execute.alu.sum), .adds(execute.sum_high), .rest(execute.result_high), .value(halves[63:32])
    );
    wire lowest;
    late_choice lowest_bit(.of(execute.lowest_late), .value(lowest));
    assign halves[31:0] = {whole[31:1], lowest};
    reg [31:0] low;
    always @(posedge clock) if (execute.low_done) low <= halves[31:0];
    wire [63:0] result = {halves[63:32], execute.low_done ? halves[31:0] : low};

    wire ends = live & execute.leave;
    wire differs = result[31:0] != meaning[31:0] | is64 & result[63:32] != meaning[63:32];

    wire fails_i32_instructions = family32 & ends & differs;
    wire fails_i64_instructions = family64 & ends & differs;
    wire fails_shifts = shifts & ends & differs;
    wire fails_counts = counts & ends & (differs | execute.trap != 0);
    // Those of the ALU end in their second cycle at the latest.
    wire fails_alu_ends = (family32 | family64) & live & age > 3;
    wire fails_long_unit_ends = (shifts | counts) & live & age > 75;
endmodule
