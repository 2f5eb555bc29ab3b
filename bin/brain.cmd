@echo off
rem Runs Brain with the given arguments; builds it first when there is no image. After a change of the sources:
rem   mvn package
setlocal EnableExtensions DisableDelayedExpansion
set "project=%~dp0.."
set "lib=%project%\brain-examples\target\brain\lib"
set "log=%project%\target\brain-build.log"

set "java=java"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"

if exist "%lib%\brain-examples-*.jar" goto run
where mvn >nul 2>nul
if errorlevel 1 (
  echo Brain needs a JDK 17 or newer and Maven 3.8 or newer. Install both, and set JAVA_HOME and PATH. 1>&2
  exit /b 1
)
echo Building Brain ^(first run, about a minute^) ... 1>&2
if not exist "%project%\target" mkdir "%project%\target"
pushd "%project%"
call mvn -B -Dmaven.test.skip -Djacoco.skip -Dspotless.check.skip package >"%log%" 2>&1 <nul
set "built=%errorlevel%"
popd
if not "%built%"=="0" (
  findstr /b /c:"[ERROR]" "%log%" 1>&2
  echo The build failed; all it said is in %log% 1>&2
  exit /b 1
)

:run
for %%j in ("%lib%\brain-examples-*.jar") do set "jar=%%~fj"
"%java%" -XX:+UseSerialGC -Dfile.encoding=UTF-8 -jar "%jar%" %*
exit /b %errorlevel%
