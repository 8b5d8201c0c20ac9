// The core on a chip without a link: the host port hangs on a shift register, so that the core can be placed and
// timed with four pins. The retire port is left open; what only observers need is removed. About 300 cells are the
// shim's own.

module shim(input wire clock, input wire reset, input wire serial_in, output reg serial_out);
   reg [132:0] in;
   reg [117:0] out;
   reg capture;
   wire [95:0] host_rdata;
   wire running;
   wire [7:0] stop;
   wire [`CODE_LOG2-1:0] stop_pc;

   always @(posedge clock) begin
      in <= {in[131:0], serial_in};
      capture <= ~capture;
      out <= capture ? {host_rdata, running, stop, stop_pc} : out >> 1;
      serial_out <= out[0];
   end

   wafer wafer(
      .clock(clock),
      .reset(reset),
      .host_space(in[2:0]),
      .host_addr(in[34:3]),
      .host_wdata(in[130:35]),
      .host_write(in[131]),
      .host_read(in[132]),
      .host_rdata(host_rdata),
      .running(running),
      .stop(stop),
      .stop_pc(stop_pc)
   );
endmodule
