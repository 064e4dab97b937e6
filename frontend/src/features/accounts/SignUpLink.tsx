// The way to an account, below a login.
import { Link } from 'react-router';

export function SignUpLink() {
  return (
    <>
      No account yet?{' '}
      <Link to="/sign-up" className="text-accent underline underline-offset-4">
        Sign up
      </Link>
    </>
  );
}
