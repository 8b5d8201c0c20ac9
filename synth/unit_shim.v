// The float unit by itself on a chip: its ports hang on shift registers, so that it needs three pins and all paths are
// from register to register. About 230 registers are the shim's own.

module unit_shim(input wire clock, input wire serial_in, output reg serial_out);
   reg [155:0] in;
   reg [72:0] out;
   reg capture;
   wire done;
   wire [63:0] result;
   wire [7:0] trap;

   always @(posedge clock) begin
      in <= {in[154:0], serial_in};
      capture <= ~capture;
      out <= capture ? {done, result, trap} : out >> 1;
      serial_out <= out[0];
   end

   float_unit unit(
      .clock(clock),
      .reset(in[0]),
      .start(in[1]),
      .control(in[27:2]),
      .a(in[91:28]),
      .b(in[155:92]),
      .done(done),
      .result(result),
      .trap(trap)
   );
endmodule
