import { FastScoreError } from '../core/errors.ts';
import { answerError } from './answer-errors.ts';
import { addressOf, isSame, tooManyGuesses } from './auth.ts';
import { assertContentType, bytesOf } from './body.ts';
import type { FleetContext } from './fleet-context.ts';
import type { Service } from './service.ts';

/** POST /1/login, as clients of 1.10 do it where users come from a directory: any name, with the token as the password. */
export const login: Service<FleetContext> = {
  api: 'connect',
  routes(app, { sessions, guesses, token, hasTls }) {
    app.post('/1/login', async (request, reply) => {
      assertContentType(request, ['application/x-www-form-urlencoded']);
      const form = new URLSearchParams(bytesOf(request).toString('utf8'));
      const isRight = (): boolean => token === undefined || isSame(form.get('password') ?? '', token);
      const verdict = await guesses.judge(addressOf(request), isRight);
      if (verdict === 'too many') return answerError(request, reply.header('retry-after', 5), tooManyGuesses(), 429);
      if (verdict === 'wrong') {
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
