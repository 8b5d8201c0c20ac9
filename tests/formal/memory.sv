// Where the core writes linear memory: within the access, the size that is declared, and a block that is the access's own.

`include "core.svh"

    // The access that leaves stage X: its first byte, and how many there are.
    wire leaves = dut.memory.valid;
    wire [32:0] begins = {1'b0, dut.operands.a[31:0]} + {1'b0, dut.stage_x.offset};
    reg [3:0] count;
    always @(*) case (dut.stage_x.opcode)
        `I32_STORE8, `I64_STORE8: count = 1;
        `I32_STORE16, `I64_STORE16: count = 2;
        `I32_STORE, `F32_STORE, `I64_STORE32: count = 4;
        `I64_STORE, `F64_STORE: count = 8;
        default: count = 0;
    endcase

    // A write of the core.
    wire [3:0] enables = dut.memory.ram.write_enables;
    wire [`MEMORY_LOG2-3:0] row = dut.memory.ram.write_address;
    wire writes = dut.host.run & (|enables);

    // Of the one that has left last: where in a row it begins, its bytes, the row that is to be written next, how far that
    // is from the first one, whether it has been refused.
    reg [1:0] low = 0;
    reg [3:0] bytes = 0;
    reg [29:0] meant = 0;
    reg [4:0] step = 0;
    reg checks = 0, refused = 0;
    wire refuses = checks & dut.memory.outside;
    always @(posedge clock) begin
        checks <= leaves;
        refused <= !leaves & (refused | refuses);
        if (writes) begin
            meant <= meant + 1;
            step <= step + 4;
        end
        if (leaves) begin
            low <= begins[1:0];
            bytes <= count;
            meant <= begins[31:2];
            step <= 0;
        end
    end

    // Within a block, a row is where it is in memory.
    localparam WITHIN = `BLOCK_LOG2 - 2;
    wire [3:0] inside;
    genvar lane;
    generate for (lane = 0; lane < 4; lane = lane + 1)
        assign inside[lane] = step + lane >= low & step + lane < low + bytes;
    endgenerate
    wire fails_stores_write_their_bytes = writes & ((enables & ~inside) != 0 | row[WITHIN-1:0] != meant[WITHIN-1:0]);
    wire fails_refused_stores_write_nothing = writes & (refused | refuses);

    // The place that this follows, from when the host has made it free: which block has it.
    localparam PLACES = `MEMORY_LOG2 - `BLOCK_LOG2;
    localparam BLOCK = 32 - `BLOCK_LOG2;
    wire [PLACES-1:0] place = row[`MEMORY_LOG2-3:WITHIN];
    wire [BLOCK-1:0] block = meant[29:WITHIN];
    reg [PLACES-1:0] followed;
    reg chosen = 0, known = 0, free = 0;
    reg [BLOCK-1:0] owner;
    always @(posedge clock) begin
        chosen <= 1;
        if (!chosen) followed <= host_wdata[PLACES-1:0];
    end
`ifdef COMPACT
    // The tags lie in block RAM, and have the number of the block.
    wire here = chosen & dut.memory.blocks.tags.write_enable & dut.memory.blocks.tags.write_address == followed;
    wire frees = here & !dut.memory.blocks.tags.write_data[BLOCK];
    wire claims = here & dut.memory.blocks.tags.write_data[BLOCK];
    wire [BLOCK-1:0] claimant = dut.memory.blocks.tags.write_data[BLOCK-1:0];
    // A read gives what the place has; of a place that is written at once, anything.
    reg reads = 0;
    always @(posedge clock) reads <= known & !here & dut.memory.blocks.tags.read_address == followed;
    always @(*) if (reads) assume(dut.memory.blocks.tags.read_data == (free ? 0 : {1'b1, owner}));
`else
    wire here = chosen & dut.memory.direct_map.tags.write & dut.memory.direct_map.tags.address[PLACES-1:0] == followed;
    wire frees = here & dut.memory.direct_map.tags.data == 0;
    wire claims = here & dut.memory.direct_map.tags.data != 0;
    wire [BLOCK-1:0] claimant = dut.host.run ? block : dut.memory.m_row[29:WITHIN];
`endif
    always @(posedge clock) begin
        if (frees) begin
            known <= 1;
            free <= 1;
        end
        if (claims) begin
            free <= 0;
            owner <= claimant;
        end
    end
    wire owns = !free & owner == block | claims & free & claimant == block;
    wire fails_stores_keep_to_their_blocks = writes & known & place == followed & !owns;
    wire fails_places_are_taken_while_free = claims & known & !free & claimant != owner;
endmodule
