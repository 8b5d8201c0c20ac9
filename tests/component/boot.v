// Loads the component from a ROM: makes the writes of `firmware-loader image` one after the other, each when the
// component is not busy, until the one that does nothing. `failed` says that one ended with an error.
module boot #(parameter IMAGE = "image.hex", parameter WORDS = 4096) (
    input wire clock,
    input wire reset,
    input wire busy,
    output wire cyc,
    output wire [5:0] adr,
    output wire [31:0] dat,
    input wire ack,
    input wire err,
    output reg done,
    output reg failed
);
    reg [39:0] rom [0:WORDS - 1];
    reg [31:0] place;
    wire [39:0] write = rom[place];
    wire last = write[37:32] == 0;
    reg writing;

    initial $readmemh(IMAGE, rom);
    assign cyc = writing;
    assign adr = write[37:32];
    assign dat = write[31:0];

    always @(posedge clock) begin
        if (reset) begin
            place <= 0;
            writing <= 0;
            done <= 0;
            failed <= 0;
        end else if (writing) begin
            if (ack | err) begin
                writing <= 0;
                place <= place + 1;
                failed <= failed | err;
            end
        end else if (last) begin
            done <= 1;
        end else begin
            writing <= !busy;
        end
    end
endmodule
