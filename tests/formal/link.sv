// The link engine with its program: what comes on the line takes effect only after its CRC. Its RAM holds anything.

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

    // It finds that the last four bytes were the CRC of those before.
    wire finds = dut.jumps & dut.which == `CONDITION_INTACT & dut.crc.residual;
    wire takes = dut.act[`ACT_TAKEN];
    wire invalidates = dut.act[`ACT_INVALID];
    wire validates = dut.act[`ACT_VALID];

    // Since it took a byte of the line; since the image was invalid.
    reg frame_intact = 0, image_intact = 0, was_valid = 0, validated = 0;
    always @(posedge clock) begin
        frame_intact <= (frame_intact | finds) & !takes & !reset;
        image_intact <= (image_intact | finds) & !invalidates & !reset;
        was_valid <= dut.valid;
        validated <= validates;
    end

    wire acts = dut.write | dut.send | invalidates | validates | dut.act[`ACT_CORE_RESET];
    wire fails_frames_act_after_their_crc = acts & !reset & !frame_intact;
    wire fails_images_are_valid_after_their_crc = validates & !reset & !image_intact;
    wire fails_valid_comes_of_a_commit = dut.valid & !was_valid & !validated;
endmodule
