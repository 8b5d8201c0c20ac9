// The check of an access against the declared size: from any state, for every address, size and width.

module formal(
    input clock,
    input [32:0] size,
    input [3:0] width,
    input [32:0] address
);
`SIGNALS
    // The access is in stage X, then in M.
    reg [1:0] age = 0;
    always @(posedge clock) age <= age + (age != 3);
    reg [32:0] declared_size;
    reg [3:0] bytes;
    always @(posedge clock) if (age == 0) begin
        declared_size <= size;
        bytes <= width;
    end
    always @(*) assume(width == 1 | width == 2 | width == 4 | width == 8);
    // It does not change so soon.
    always @(*) if (age == 1) assume(size == declared_size);
    // A sum of two numbers of 32 bits.
    always @(*) assume(address <= 33'h1_ffff_fffe);

`ifdef COMPACT
    bounds check(
        .clock(clock), .pooled(1'b1), .size(size), .windowed(1'b0), .x_take(age == 0), .x_bytes(width),
        .m_first(age == 1), .m_address(address), .m_inside(address[`MEMORY_LOG2-1:0]),
        .m_bytes(bytes)
    );
`else
    declared check(
        .clock(clock), .size(size), .x_take(age == 0), .x_bytes(width), .m_first(age == 1), .m_address(address)
    );
`endif
    wire [33:0] ends = {1'b0, address} + bytes;
    wire beyond = ends > {1'b0, declared_size};
    wire fails_accesses_beyond_are_refused = age == 1 & check.bad != beyond;
endmodule
