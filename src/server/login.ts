import { FastScoreError } from '../core/errors.ts';
import { isSame } from './auth.ts';
import { assertContentType, bytesOf } from './body.ts';
import type { FleetContext } from './fleet-context.ts';
import type { Service } from './service.ts';

/** POST /1/login, as clients of 1.10 do it where users come from a directory: any name, with the token as the password. */
export const login: Service<FleetContext> = {
  api: 'connect',
  routes(app, { sessions, token, hasTls }) {
    app.post('/1/login', async (request, reply) => {
      assertContentType(request, ['application/x-www-form-urlencoded']);
      const form = new URLSearchParams(bytesOf(request).toString('utf8'));
      if (token !== undefined && !isSame(form.get('password') ?? '', token)) {
        throw new FastScoreError('UNAUTHORISED', 'The name or the password is wrong', {
          hint: 'The password is the token of this server',
        });
      }
      const secure = hasTls ? '; Secure' : '';
      const cookie = `connect.sid=${sessions.open()}; Path=/; HttpOnly; SameSite=Strict${secure}`;
      return reply.header('set-cookie', cookie).send('');
    });
  },
};
