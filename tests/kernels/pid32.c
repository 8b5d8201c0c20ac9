/* n steps of a PID controller with f32 against a motor with inertia and friction, through a 12-bit converter. */

struct pid { float kp, ki, kd, integral, before; };

static float clamp(float x, float low, float high) { return x < low ? low : x > high ? high : x; }

static float control(struct pid *c, float target, float measured, float dt) {
  float error = target - measured;
  c->integral = clamp(c->integral + error * dt, -2.0f, 2.0f);
  float derivative = (measured - c->before) / dt;
  c->before = measured;
  return clamp(c->kp * error + c->ki * c->integral - c->kd * derivative, -1.0f, 1.0f);
}

/* What the converter reads: steps of 1/4096 of the range -100 to 100. */
static float sampled(float speed) {
  int code = (int)((speed + 100.0f) * (4096.0f / 200.0f));
  return (float)code * (200.0f / 4096.0f) - 100.0f;
}

int run(int n) {
  struct pid c = { 0.08f, 0.4f, 0.0005f, 0.0f, 0.0f };
  float speed = 0.0f, dt = 0.001f;
  unsigned h = 0;
  for (int i = 0; i < n; i++) {
    float target = (i / 256) % 2 ? -20.0f : 50.0f;
    float drive = control(&c, target, sampled(speed), dt);
    speed += (drive * 900.0f - speed * 4.0f - (speed > 0.0f ? 6.0f : -6.0f)) * dt;
    union { float f; unsigned u; } bits = { speed };
    h = h * 31u + bits.u;
  }
  return (int)h;
}
