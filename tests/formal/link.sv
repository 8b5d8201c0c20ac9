// The link engine with its program. Its RAM holds anything.

module formal(
    input clock,
    input reset,
    input received,
    input [7:0] received_byte,
    input send_ready,
    input [7:0] octet,
    input waits,
    input running,
    input paused,
    input counts,
    input lent,
    input claim,
    input fill
);
`SIGNALS
    link dut(
        .clock(clock), .reset(reset), .received(received), .received_byte(received_byte), .send_ready(send_ready),
        .octet(octet), .waits(waits), .running(running), .paused(paused), .counts(counts), .lent(lent), .claim(claim),
        .fill(fill), .device_write(1'b0)
    );

    // It begins with a reset.
    reg begun = 0;
    always @(posedge clock) begun <= 1;
    always @(*) if (!begun) assume(reset);

    // The act of a commit whose image has its CRC, in the cycle before.
    reg was_valid = 0, validated = 0;
    always @(posedge clock) begin
        was_valid <= dut.valid;
        validated <= dut.act[`ACT_VALID];
    end
    wire fails_valid_comes_of_a_commit = dut.valid & !was_valid & !validated;
endmodule
