// The login as a whole page, wherever one is.
import { GuestFrame } from './GuestFrame';
import { LoginForm } from './LoginForm';
import { SignUpLink } from './SignUpLink';

export function LoginHere() {
  return (
    <GuestFrame title="Log in" below={<SignUpLink />}>
      <LoginForm />
    </GuestFrame>
  );
}
